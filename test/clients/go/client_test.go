// Package clients asks the server by gRPC as Go programs do: grpc-go with code generated from proto/open_inference.proto.
package clients

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"setosa.dev/clients/inference"
)

type fixture struct {
	Rows   [][]float32 `json:"rows"`
	Labels []int64     `json:"labels"`
	Scores [][]float64 `json:"scores"`
}

func load(t *testing.T, name string) fixture {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "fixtures", "models", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var read fixture
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

func connect(t *testing.T) *grpc.ClientConn {
	t.Helper()
	address := os.Getenv("SETOSA_GRPC")
	if address == "" {
		t.Fatal("SETOSA_GRPC is not set: run these tests through test/clients")
	}
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	return connection
}

func within(t *testing.T) context.Context {
	t.Helper()
	context, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return context
}

func tensor(rows [][]float32) *inference.ModelInferRequest_InferInputTensor {
	return &inference.ModelInferRequest_InferInputTensor{Name: "X", Datatype: "FP32", Shape: []int64{int64(len(rows)), int64(len(rows[0]))}}
}

func raw(model string, rows [][]float32) *inference.ModelInferRequest {
	var content bytes.Buffer
	for _, row := range rows {
		_ = binary.Write(&content, binary.LittleEndian, row)
	}
	return &inference.ModelInferRequest{
		ModelName:        model,
		Inputs:           []*inference.ModelInferRequest_InferInputTensor{tensor(rows)},
		RawInputContents: [][]byte{content.Bytes()},
	}
}

func typed(model string, rows [][]float32) *inference.ModelInferRequest {
	input := tensor(rows)
	input.Contents = &inference.InferTensorContents{}
	for _, row := range rows {
		input.Contents.Fp32Contents = append(input.Contents.Fp32Contents, row...)
	}
	return &inference.ModelInferRequest{ModelName: model, Inputs: []*inference.ModelInferRequest_InferInputTensor{input}}
}

// Labels and probabilities of an answer in either of its forms.
func read(t *testing.T, answer *inference.ModelInferResponse) ([]int64, []float32) {
	t.Helper()
	if len(answer.Outputs) != 2 || answer.Outputs[0].Name != "label" || answer.Outputs[1].Name != "probabilities" {
		t.Fatalf("outputs: %v", answer.Outputs)
	}
	if len(answer.RawOutputContents) == 0 {
		return answer.Outputs[0].Contents.Int64Contents, answer.Outputs[1].Contents.Fp32Contents
	}
	labels := make([]int64, len(answer.RawOutputContents[0])/8)
	probabilities := make([]float32, len(answer.RawOutputContents[1])/4)
	if binary.Read(bytes.NewReader(answer.RawOutputContents[0]), binary.LittleEndian, labels) != nil ||
		binary.Read(bytes.NewReader(answer.RawOutputContents[1]), binary.LittleEndian, probabilities) != nil {
		t.Fatal("raw contents of another length")
	}
	return labels, probabilities
}

func check(t *testing.T, expected fixture, answer *inference.ModelInferResponse) {
	t.Helper()
	labels, probabilities := read(t, answer)
	if len(labels) != len(expected.Labels) || len(probabilities) != len(expected.Labels)*len(expected.Scores[0]) {
		t.Fatalf("%d labels and %d probabilities", len(labels), len(probabilities))
	}
	for row, label := range expected.Labels {
		if labels[row] != label {
			t.Errorf("row %d: %d instead of %d", row, labels[row], label)
		}
		for class, score := range expected.Scores[row] {
			found := float64(probabilities[row*len(expected.Scores[row])+class])
			if math.Abs(found-score) > math.Max(1e-6, 1e-5*math.Abs(score)) {
				t.Errorf("row %d, class %d: %g instead of %g", row, class, found, score)
			}
		}
	}
}

func TestHealthAndMetadata(t *testing.T) {
	client := inference.NewGRPCInferenceServiceClient(connect(t))
	if live, err := client.ServerLive(within(t), &inference.ServerLiveRequest{}); err != nil || !live.Live {
		t.Fatalf("%v %v", live, err)
	}
	if ready, err := client.ServerReady(within(t), &inference.ServerReadyRequest{}); err != nil || !ready.Ready {
		t.Fatalf("%v %v", ready, err)
	}
	if ready, err := client.ModelReady(within(t), &inference.ModelReadyRequest{Name: "iris"}); err != nil || !ready.Ready {
		t.Fatalf("%v %v", ready, err)
	}
	if server, err := client.ServerMetadata(within(t), &inference.ServerMetadataRequest{}); err != nil || server.Name != "setosa" {
		t.Fatalf("%v %v", server, err)
	}
	model, err := client.ModelMetadata(within(t), &inference.ModelMetadataRequest{Name: "iris", Version: "1"})
	if err != nil || len(model.Inputs) != 1 || model.Inputs[0].Datatype != "FP32" || model.Inputs[0].Shape[1] != 4 {
		t.Fatalf("%v %v", model, err)
	}
	health, err := grpc_health_v1.NewHealthClient(connect(t)).Check(within(t), &grpc_health_v1.HealthCheckRequest{})
	if err != nil || health.Status != grpc_health_v1.HealthCheckResponse_SERVING {
		t.Fatalf("%v %v", health, err)
	}
}

func TestInfer(t *testing.T) {
	client := inference.NewGRPCInferenceServiceClient(connect(t))
	for _, name := range []string{"iris", "iris-forest", "wine", "breast-cancer", "digits"} {
		expected := load(t, name)
		request := raw(name, expected.Rows)
		request.Id = "seventeen"
		answer, err := client.ModelInfer(within(t), request)
		if err != nil {
			t.Fatal(err)
		}
		if answer.Id != "seventeen" || answer.ModelName != name || answer.ModelVersion != "1" {
			t.Errorf("%q %q %q", answer.Id, answer.ModelName, answer.ModelVersion)
		}
		check(t, expected, answer)
		other, err := client.ModelInfer(within(t), typed(name, expected.Rows))
		if err != nil {
			t.Fatal(err)
		}
		check(t, expected, other)
		_, one := read(t, answer)
		_, two := read(t, other)
		for at := range one {
			if math.Float32bits(one[at]) != math.Float32bits(two[at]) {
				t.Fatalf("%s: typed contents carry other bits than raw ones", name)
			}
		}
	}
}

func TestCompressed(t *testing.T) {
	client := inference.NewGRPCInferenceServiceClient(connect(t))
	expected := load(t, "digits")
	answer, err := client.ModelInfer(within(t), raw("digits", expected.Rows), grpc.UseCompressor(gzip.Name))
	if err != nil {
		t.Fatal(err)
	}
	check(t, expected, answer)
}

func TestManyAtOnce(t *testing.T) {
	client := inference.NewGRPCInferenceServiceClient(connect(t))
	expected := load(t, "iris")
	context := within(t)
	var waiting sync.WaitGroup
	for range 32 {
		waiting.Go(func() {
			for row := range expected.Rows {
				answer, err := client.ModelInfer(context, raw("iris", expected.Rows[row:row+1]))
				if err != nil {
					t.Error(err)
					return
				}
				if labels, _ := read(t, answer); labels[0] != expected.Labels[row] {
					t.Errorf("row %d: %d", row, labels[0])
				}
			}
		})
	}
	waiting.Wait()
}

func TestErrors(t *testing.T) {
	client := inference.NewGRPCInferenceServiceClient(connect(t))
	rows := [][]float32{{5.1, 3.5, 1.4, 0.2}}
	mixed := typed("iris", rows)
	mixed.RawInputContents = raw("iris", rows).RawInputContents
	version := raw("iris", rows)
	version.ModelVersion = "77"
	short := raw("iris", rows)
	short.RawInputContents[0] = short.RawInputContents[0][:12]
	for name, wrong := range map[string]struct {
		request *inference.ModelInferRequest
		code    codes.Code
		part    string
	}{
		"model":   {raw("no-such-model", rows), codes.NotFound, "no-such-model"},
		"version": {version, codes.NotFound, "77"},
		"width":   {raw("iris", [][]float32{{1, 2, 3, 4, 5}}), codes.InvalidArgument, "5"},
		"bytes":   {short, codes.InvalidArgument, ""},
		"mixed":   {mixed, codes.InvalidArgument, ""},
	} {
		_, err := client.ModelInfer(within(t), wrong.request)
		if status.Code(err) != wrong.code || !strings.Contains(err.Error(), wrong.part) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDeadlineAndCancellation(t *testing.T) {
	client := inference.NewGRPCInferenceServiceClient(connect(t))
	expected := load(t, "iris")
	soon, cancel := context.WithTimeout(context.Background(), time.Microsecond)
	defer cancel()
	if _, err := client.ModelInfer(soon, raw("iris", expected.Rows)); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("%v", err)
	}
	cancelled, stop := context.WithCancel(context.Background())
	stop()
	if _, err := client.ModelInfer(cancelled, raw("iris", expected.Rows)); status.Code(err) != codes.Canceled {
		t.Errorf("%v", err)
	}
	answer, err := client.ModelInfer(within(t), raw("iris", expected.Rows))
	if err != nil {
		t.Fatal(err)
	}
	check(t, expected, answer)
}
