// Runs one operation of a stack with Go's Automation API. It is compiled together with an example's unchanged main.go and
// runs its program if the environment contains a request.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

type request struct {
	Operation, Stack, Project, Program, WorkDir, Result string
	Refresh, ExpectNoChanges                            bool
}

type noted struct {
	Op   string `json:"op"`
	Urn  string `json:"urn"`
	Type string `json:"type"`
}

type result struct {
	Events []noted `json:"events"`
	Error  string  `json:"error,omitempty"`
}

func init() {
	text := os.Getenv("INTERLINK_REQUEST")
	if text == "" {
		return
	}
	if err := drive(text); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func drive(text string) error {
	var asked request
	if err := json.Unmarshal([]byte(text), &asked); err != nil {
		return err
	}
	programs := map[string]pulumi.RunFunc{"": program, "imports": imports}
	ctx := context.Background()
	stack, err := auto.SelectStackInlineSource(
		ctx, asked.Stack, asked.Project, programs[asked.Program], auto.WorkDir(asked.WorkDir),
	)
	if err != nil {
		return err
	}
	done := result{Events: []noted{}}
	stream := make(chan events.EngineEvent)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for event := range stream {
			done.Events = append(done.Events, about(event)...)
		}
	}()
	if err := run(ctx, stack, asked, stream); err != nil {
		done.Error = err.Error()
	}
	<-ended
	written, err := json.Marshal(done)
	if err != nil {
		return err
	}
	return os.WriteFile(asked.Result, written, 0o600)
}

func run(ctx context.Context, stack auto.Stack, asked request, stream chan<- events.EngineEvent) error {
	var err error
	switch asked.Operation {
	case "preview":
		options := []optpreview.Option{
			optpreview.EventStreams(stream), optpreview.ProgressStreams(os.Stdout), optpreview.Color("never"),
		}
		if asked.ExpectNoChanges {
			options = append(options, optpreview.ExpectNoChanges())
		}
		_, err = stack.Preview(ctx, options...)
	case "up":
		options := []optup.Option{optup.EventStreams(stream), optup.ProgressStreams(os.Stdout), optup.Color("never")}
		if asked.Refresh {
			options = append(options, optup.Refresh())
		}
		_, err = stack.Up(ctx, options...)
	case "destroy":
		_, err = stack.Destroy(
			ctx, optdestroy.EventStreams(stream), optdestroy.ProgressStreams(os.Stdout), optdestroy.Color("never"),
		)
	default:
		close(stream)
		err = fmt.Errorf("no operation %q", asked.Operation)
	}
	return err
}

func about(event events.EngineEvent) []noted {
	var metadata apitype.StepEventMetadata
	switch {
	case event.ResourcePreEvent != nil:
		metadata = event.ResourcePreEvent.Metadata
	case event.ResOutputsEvent != nil:
		metadata = event.ResOutputsEvent.Metadata
	default:
		return nil
	}
	return []noted{{Op: string(metadata.Op), Urn: metadata.URN, Type: metadata.Type}}
}
