// Command grpcload sends a number of calls to a server of the Open Inference Protocol, and checks every answer.
package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"math"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"setosa.dev/case-study/internal/inference"
)

type options struct {
	target                                   string
	model                                    string
	requests, concurrency, connections, rows int
	limit                                    time.Duration
	deadlines                                bool
}

func main() {
	var o options
	flag.StringVar(&o.target, "target", "", "host:port")
	flag.StringVar(&o.model, "model", "iris", "the model's name")
	flag.IntVar(&o.requests, "requests", 2000, "calls altogether")
	flag.IntVar(&o.concurrency, "concurrency", 16, "calls at once")
	flag.IntVar(&o.connections, "connections", 1, "connections that they share")
	flag.IntVar(&o.rows, "rows", 1, "rows of each call")
	flag.DurationVar(&o.limit, "limit", 60*time.Second, "time for everything")
	flag.BoolVar(&o.deadlines, "deadlines", false, "send a deadline with each call")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "grpcload:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	ctx, cancel := context.WithTimeout(context.Background(), o.limit)
	defer cancel()
	var clients []inference.GRPCInferenceServiceClient
	for range o.connections {
		connection, err := grpc.NewClient(o.target, grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			return err
		}
		defer connection.Close()
		clients = append(clients, inference.NewGRPCInferenceServiceClient(connection))
	}
	request := makeRequest(o)
	var left atomic.Int64
	left.Store(int64(o.requests))
	failures := make(chan error, o.concurrency)
	var working sync.WaitGroup
	began := time.Now()
	for worker := range o.concurrency {
		working.Add(1)
		go func() {
			defer working.Done()
			for left.Add(-1) >= 0 && ctx.Err() == nil {
				if err := ask(ctx, o, clients[worker%len(clients)], request); err != nil {
					failures <- err
					return
				}
			}
		}()
	}
	working.Wait()
	close(failures)
	if err := <-failures; err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	fmt.Printf("{\"requests\":%d,\"seconds\":%.6f}\n", o.requests, time.Since(began).Seconds())
	return nil
}

// ask makes one call. Without -deadlines the context carries none: the server then reads no header that differs from call to call.
func ask(ctx context.Context, o options, client inference.GRPCInferenceServiceClient, request *inference.ModelInferRequest) error {
	if !o.deadlines {
		ctx = context.WithoutCancel(ctx)
	}
	response, err := client.ModelInfer(ctx, request)
	if err != nil {
		return err
	}
	if len(response.RawOutputContents) < 1 || !bytes.Equal(response.RawOutputContents[0], make([]byte, 8*o.rows)) {
		return fmt.Errorf("a wrong answer: %v", response)
	}
	return nil
}

// makeRequest has rows of a setosa: class 0.
func makeRequest(o options) *inference.ModelInferRequest {
	raw := make([]byte, 0, 16*o.rows)
	for range o.rows {
		for _, value := range []float32{5.1, 3.5, 1.4, 0.2} {
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(value))
		}
	}
	return &inference.ModelInferRequest{
		ModelName:        o.model,
		Inputs:           []*inference.ModelInferRequest_InferInputTensor{{Name: "X", Datatype: "FP32", Shape: []int64{int64(o.rows), 4}}},
		RawInputContents: [][]byte{raw},
	}
}
