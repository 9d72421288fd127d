package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// Fields are what an event has besides its kind.
type Fields map[string]any

// emit prints an event as a line of JSON.
func emit(event string, fields Fields) {
	fields["event"] = event
	must(json.NewEncoder(os.Stdout).Encode(fields))
}

func fact(name string, value any) {
	emit("fact", Fields{"name": name, "value": value})
}

// await asks until holds says so, or ends the program when the context does.
func await(ctx context.Context, what string, holds func() bool) {
	for !holds() {
		select {
		case <-ctx.Done():
			must(fmt.Errorf("%s did not come in time", what))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// got is must for a call with a result.
func got[T any](value T, err error) T {
	must(err)
	return value
}
