//go:build tools

// Package tools keeps Pulumi's language host for YAML, which tools/pulumi-yaml.ts builds, among this module's requirements.
package tools

import _ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
