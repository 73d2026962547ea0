//go:build tools

// Package tools keeps the Pulumi CLI, which tools/pulumi-cli.ts builds, among this module's requirements.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
