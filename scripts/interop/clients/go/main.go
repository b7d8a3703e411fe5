// The interop cases with grpc-go: main ADDRESS [CA_FILE]. Prints one JSON line per case.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const service = "/perch.test.Wire/"
const special = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"

// raw sends and receives bytes as they are.
type raw struct{}

func (raw) Marshal(v any) ([]byte, error) { return *v.(*[]byte), nil }
func (raw) Unmarshal(data []byte, v any) error {
	*v.(*[]byte) = append([]byte{}, data...)
	return nil
}
func (raw) Name() string { return "proto" }

var both = &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}

func withTime() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 30*time.Second)
}

func unary(ctx context.Context, c *grpc.ClientConn, method string, request []byte, options ...grpc.CallOption) ([]byte, error) {
	var answer []byte
	err := c.Invoke(ctx, method, &request, &answer, options...)
	return answer, err
}

func stream(ctx context.Context, c *grpc.ClientConn, method string) (grpc.ClientStream, error) {
	return c.NewStream(ctx, both, service+method)
}

func send(s grpc.ClientStream, size int) error {
	message := make([]byte, size)
	return s.SendMsg(&message)
}

func receive(s grpc.ClientStream) ([]byte, error) {
	var message []byte
	err := s.RecvMsg(&message)
	return message, err
}

func sizesOf(s grpc.ClientStream) ([]int, error) {
	sizes := []int{}
	for {
		message, err := receive(s)
		if err == io.EOF {
			return sizes, nil
		}
		if err != nil {
			return sizes, err
		}
		sizes = append(sizes, len(message))
	}
}

func same(got, expected any) error {
	if !reflect.DeepEqual(got, expected) {
		return fmt.Errorf("%v is not %v", got, expected)
	}
	return nil
}

func failsWith(err error, code codes.Code, message string) error {
	if status.Code(err) != code || (message != "" && status.Convert(err).Message() != message) {
		return fmt.Errorf("%v is not %v %q", err, code, message)
	}
	return nil
}

func echo(c *grpc.ClientConn, request []byte, options ...grpc.CallOption) error {
	ctx, cancel := withTime()
	defer cancel()
	answer, err := unary(ctx, c, service+"Echo", request, options...)
	if err == nil && !bytes.Equal(answer, request) {
		return fmt.Errorf("%d octets came back of %d", len(answer), len(request))
	}
	return err
}

func fail(c *grpc.ClientConn, request any, options ...grpc.CallOption) error {
	ctx, cancel := withTime()
	defer cancel()
	text, _ := json.Marshal(request)
	_, err := unary(ctx, c, service+"Fail", text, options...)
	return err
}

// converse sends messages of these sizes; lockStep waits for each answer.
func converse(c *grpc.ClientConn, sizes []int, lockStep bool) error {
	ctx, cancel := withTime()
	defer cancel()
	s, err := stream(ctx, c, "Converse")
	if err != nil {
		return err
	}
	got := []int{}
	for _, size := range sizes {
		if err := send(s, size); err != nil {
			return err
		}
		if lockStep {
			message, err := receive(s)
			if err != nil {
				return err
			}
			got = append(got, len(message))
		}
	}
	s.CloseSend()
	rest, err := sizesOf(s)
	if err != nil {
		return err
	}
	return same(append(got, rest...), sizes)
}

var cases = []struct {
	name string
	run  func(c *grpc.ClientConn) error
}{
	{"empty_unary", func(c *grpc.ClientConn) error { return echo(c, []byte{}) }},
	{"large_unary", func(c *grpc.ClientConn) error {
		if err := echo(c, bytes.Repeat([]byte("0123456789abcdef"), 271_828/16)); err != nil {
			return err
		}
		return echo(c, bytes.Repeat([]byte("0123456789abcdef"), 3_000_000/16))
	}},
	{"client_streaming", func(c *grpc.ClientConn) error {
		ctx, cancel := withTime()
		defer cancel()
		s, err := stream(ctx, c, "Collect")
		if err != nil {
			return err
		}
		for _, size := range []int{27182, 8, 1828, 45904} {
			send(s, size)
		}
		s.CloseSend()
		answer, err := receive(s)
		if err != nil {
			return err
		}
		return same(string(answer), "[4,74922]")
	}},
	{"server_streaming", func(c *grpc.ClientConn) error {
		ctx, cancel := withTime()
		defer cancel()
		s, err := stream(ctx, c, "Produce")
		if err != nil {
			return err
		}
		request := []byte("[31415,9,2653,58979]")
		s.SendMsg(&request)
		s.CloseSend()
		got, err := sizesOf(s)
		if err != nil {
			return err
		}
		return same(got, []int{31415, 9, 2653, 58979})
	}},
	{"ping_pong", func(c *grpc.ClientConn) error { return converse(c, []int{27182, 8, 1828, 45904}, true) }},
	{"half_duplex", func(c *grpc.ClientConn) error { return converse(c, []int{31415, 9, 2653, 58979}, false) }},
	{"empty_stream", func(c *grpc.ClientConn) error { return converse(c, []int{}, false) }},
	{"custom_metadata", func(c *grpc.ClientConn) error {
		ctx, cancel := withTime()
		defer cancel()
		ctx = metadata.AppendToOutgoingContext(ctx, "x-one", "abc", "x-three-bin", "bytes")
		answer, err := unary(ctx, c, service+"Metadata", []byte(`["x-one","x-three-bin"]`))
		if err != nil {
			return err
		}
		return same(string(answer), `[["x-one","abc"],["x-three-bin","bytes"]]`)
	}},
	{"status_code_and_message", func(c *grpc.ClientConn) error {
		err := fail(c, map[string]any{"code": "MODEL_UNKNOWN", "message": "test status message"})
		return failsWith(err, codes.NotFound, "test status message")
	}},
	{"special_status_message", func(c *grpc.ClientConn) error {
		err := fail(c, map[string]any{"code": "MODEL_UNKNOWN", "message": special})
		return failsWith(err, codes.NotFound, special)
	}},
	{"trailing_metadata", func(c *grpc.ClientConn) error {
		var trailer metadata.MD
		err := fail(c, map[string]any{"code": "DRAINING", "message": "later", "retryAfterMs": 5}, grpc.Trailer(&trailer))
		if err := failsWith(err, codes.Unavailable, "later"); err != nil {
			return err
		}
		return same(trailer.Get("grpc-retry-pushback-ms"), []string{"5"})
	}},
	{"unimplemented_method", func(c *grpc.ClientConn) error {
		_, err := unary(context.Background(), c, service+"None", nil)
		return failsWith(err, codes.Unimplemented, "")
	}},
	{"unimplemented_service", func(c *grpc.ClientConn) error {
		_, err := unary(context.Background(), c, "/none.None/Echo", nil)
		return failsWith(err, codes.Unimplemented, "")
	}},
	{"timeout_on_sleeping_server", func(c *grpc.ClientConn) error {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		_, err := unary(ctx, c, service+"Wait", nil)
		return failsWith(err, codes.DeadlineExceeded, "")
	}},
	{"cancel_after_begin", func(c *grpc.ClientConn) error {
		ctx, cancel := withTime()
		s, err := stream(ctx, c, "Collect")
		if err != nil {
			return err
		}
		cancel()
		_, err = receive(s)
		return failsWith(err, codes.Canceled, "")
	}},
	{"cancel_after_first_response", func(c *grpc.ClientConn) error {
		ctx, cancel := withTime()
		s, err := stream(ctx, c, "Converse")
		if err != nil {
			return err
		}
		send(s, 27182)
		if _, err := receive(s); err != nil {
			return err
		}
		cancel()
		_, err = receive(s)
		return failsWith(err, codes.Canceled, "")
	}},
	{"compressed_request", func(c *grpc.ClientConn) error {
		return echo(c, make([]byte, 271_828), grpc.UseCompressor(gzip.Name))
	}},
	{"many_calls", func(c *grpc.ClientConn) error {
		problems := make(chan error, 1000)
		var group sync.WaitGroup
		for i := range 1000 {
			group.Add(1)
			go func() {
				defer group.Done()
				if err := echo(c, []byte(fmt.Sprint(i))); err != nil {
					problems <- err
				}
			}()
		}
		group.Wait()
		close(problems)
		return <-problems
	}},
}

func main() {
	security := insecure.NewCredentials()
	if len(os.Args) > 2 {
		fromFile, err := credentials.NewClientTLSFromFile(os.Args[2], "localhost")
		if err != nil {
			panic(err)
		}
		security = fromFile
	}
	c, err := grpc.NewClient(os.Args[1], grpc.WithTransportCredentials(security), grpc.WithDefaultCallOptions(grpc.ForceCodec(raw{})))
	if err != nil {
		panic(err)
	}
	for _, each := range cases {
		problem := ""
		if err := each.run(c); err != nil {
			problem = err.Error()
		}
		line, _ := json.Marshal(map[string]string{"case": each.name, "problem": problem})
		fmt.Println(string(line))
	}
}
