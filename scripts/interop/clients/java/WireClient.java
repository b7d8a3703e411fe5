// The interop cases with grpc-java on Netty: WireClient ADDRESS [CA_FILE]. Prints one JSON line per case.
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

public final class WireClient {
  private static final String SERVICE = "perch.test.Wire";
  private static final String SPECIAL =
      "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \ud83d\ude08\t\n";

  private static final MethodDescriptor.Marshaller<byte[]> RAW =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException error) {
            throw new RuntimeException(error);
          }
        }
      };

  interface Case {
    void run() throws Exception;
  }

  private final Channel channel;
  private final Map<String, Case> cases = new LinkedHashMap<>();

  private WireClient(Channel channel) {
    this.channel = channel;
    cases.put("empty_unary", () -> echo(new byte[0], inTime()));
    cases.put(
        "large_unary",
        () -> {
          echo(filled(271_828), inTime());
          echo(filled(3_000_000), inTime());
        });
    cases.put(
        "client_streaming",
        () -> {
          Answers answers = new Answers();
          StreamObserver<byte[]> requests =
              ClientCalls.asyncClientStreamingCall(
                  channel.newCall(method(SERVICE, "Collect", MethodType.CLIENT_STREAMING), inTime()), answers);
          for (int size : new int[] {27182, 8, 1828, 45904}) {
            requests.onNext(new byte[size]);
          }
          requests.onCompleted();
          same(new String(answers.next()), "[4,74922]");
        });
    cases.put(
        "server_streaming",
        () -> {
          List<Integer> sizes = new ArrayList<>();
          ClientCalls.blockingServerStreamingCall(
                  channel,
                  method(SERVICE, "Produce", MethodType.SERVER_STREAMING),
                  inTime(),
                  bytes("[31415,9,2653,58979]"))
              .forEachRemaining(answer -> sizes.add(answer.length));
          same(sizes, List.of(31415, 9, 2653, 58979));
        });
    cases.put("ping_pong", () -> converse(true, 27182, 8, 1828, 45904));
    cases.put("half_duplex", () -> converse(false, 31415, 9, 2653, 58979));
    cases.put("empty_stream", () -> converse(false));
    cases.put(
        "custom_metadata",
        () -> {
          Metadata metadata = new Metadata();
          metadata.put(Metadata.Key.of("x-one", Metadata.ASCII_STRING_MARSHALLER), "abc");
          metadata.put(Metadata.Key.of("x-three-bin", Metadata.BINARY_BYTE_MARSHALLER), bytes("bytes"));
          Channel with = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
          byte[] answer = unary(with, SERVICE, "Metadata", bytes("[\"x-one\",\"x-three-bin\"]"), inTime());
          same(new String(answer), "[[\"x-one\",\"abc\"],[\"x-three-bin\",\"bytes\"]]");
        });
    cases.put(
        "status_code_and_message",
        () -> {
          String request = "{\"code\":\"MODEL_UNKNOWN\",\"message\":\"test status message\"}";
          Status status = fails(() -> unary(channel, SERVICE, "Fail", bytes(request), inTime()), Status.Code.NOT_FOUND).getStatus();
          same(status.getDescription(), "test status message");
        });
    cases.put(
        "special_status_message",
        () -> {
          String escaped = SPECIAL.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
          String request = "{\"code\":\"MODEL_UNKNOWN\",\"message\":\"" + escaped + "\"}";
          Status status = fails(() -> unary(channel, SERVICE, "Fail", bytes(request), inTime()), Status.Code.NOT_FOUND).getStatus();
          same(status.getDescription(), SPECIAL);
        });
    cases.put(
        "trailing_metadata",
        () -> {
          String request = "{\"code\":\"DRAINING\",\"message\":\"later\",\"retryAfterMs\":5}";
          Metadata trailers =
              fails(() -> unary(channel, SERVICE, "Fail", bytes(request), inTime()), Status.Code.UNAVAILABLE).getTrailers();
          same(trailers.get(Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER)), "5");
        });
    cases.put(
        "unimplemented_method",
        () -> fails(() -> unary(channel, SERVICE, "None", new byte[0], inTime()), Status.Code.UNIMPLEMENTED));
    cases.put(
        "unimplemented_service",
        () -> fails(() -> unary(channel, "none.None", "Echo", new byte[0], inTime()), Status.Code.UNIMPLEMENTED));
    cases.put(
        "timeout_on_sleeping_server",
        () -> {
          CallOptions soon = CallOptions.DEFAULT.withDeadlineAfter(50, TimeUnit.MILLISECONDS);
          fails(() -> unary(channel, SERVICE, "Wait", new byte[0], soon), Status.Code.DEADLINE_EXCEEDED);
        });
    cases.put(
        "cancel_after_begin",
        () -> {
          Answers answers = new Answers();
          open(answers).cancel("cancelled", null);
          same(answers.failure(), Status.Code.CANCELLED);
        });
    cases.put(
        "cancel_after_first_response",
        () -> {
          Answers answers = new Answers();
          ClientCallStreamObserver<byte[]> requests = open(answers);
          requests.onNext(new byte[27182]);
          same(answers.next().length, 27182);
          requests.cancel("cancelled", null);
          same(answers.failure(), Status.Code.CANCELLED);
        });
    cases.put("compressed_request", () -> echo(new byte[271_828], inTime().withCompression("gzip")));
    cases.put(
        "many_calls",
        () -> {
          List<Future<byte[]>> calls = new ArrayList<>();
          for (int i = 0; i < 1000; i++) {
            calls.add(ClientCalls.futureUnaryCall(channel.newCall(method(SERVICE, "Echo", MethodType.UNARY), inTime()), bytes("" + i)));
          }
          for (int i = 0; i < 1000; i++) {
            same(new String(calls.get(i).get()), "" + i);
          }
        });
  }

  /** What comes on a stream. */
  private static final class Answers implements StreamObserver<byte[]> {
    private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status.Code> end = new CompletableFuture<>();

    @Override
    public void onNext(byte[] message) {
      messages.add(message);
    }

    @Override
    public void onError(Throwable error) {
      end.complete(Status.fromThrowable(error).getCode());
    }

    @Override
    public void onCompleted() {
      end.complete(Status.Code.OK);
    }

    byte[] next() throws Exception {
      byte[] message = messages.poll(30, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no answer");
      }
      return message;
    }

    Status.Code failure() throws Exception {
      return end.get(30, TimeUnit.SECONDS);
    }
  }

  private static CallOptions inTime() {
    return CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] filled(int size) {
    byte[] filled = new byte[size];
    for (int i = 0; i < size; i++) {
      filled[i] = (byte) (i * 31);
    }
    return filled;
  }

  private static MethodDescriptor<byte[], byte[]> method(String service, String name, MethodType type) {
    return MethodDescriptor.newBuilder(RAW, RAW)
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
        .build();
  }

  private static byte[] unary(Channel channel, String service, String name, byte[] request, CallOptions options) {
    return ClientCalls.blockingUnaryCall(channel, method(service, name, MethodType.UNARY), options, request);
  }

  private void echo(byte[] request, CallOptions options) {
    if (!Arrays.equals(unary(channel, SERVICE, "Echo", request, options), request)) {
      throw new AssertionError("not the same octets");
    }
  }

  private ClientCallStreamObserver<byte[]> open(Answers answers) {
    return (ClientCallStreamObserver<byte[]>)
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(method(SERVICE, "Converse", MethodType.BIDI_STREAMING), inTime()), answers);
  }

  private void converse(boolean lockStep, int... sizes) throws Exception {
    Answers answers = new Answers();
    StreamObserver<byte[]> requests = open(answers);
    List<Integer> got = new ArrayList<>();
    for (int size : sizes) {
      requests.onNext(new byte[size]);
      if (lockStep) {
        got.add(answers.next().length);
      }
    }
    requests.onCompleted();
    while (got.size() < sizes.length) {
      got.add(answers.next().length);
    }
    same(answers.failure(), Status.Code.OK);
    same(got, Arrays.stream(sizes).boxed().toList());
  }

  private static StatusRuntimeException fails(Case call, Status.Code code) throws Exception {
    try {
      call.run();
    } catch (StatusRuntimeException error) {
      same(error.getStatus().getCode(), code);
      return error;
    }
    throw new AssertionError("did not fail with " + code);
  }

  private static void same(Object got, Object expected) {
    if (!expected.equals(got)) {
      throw new AssertionError(got + " is not " + expected);
    }
  }

  public static void main(String[] args) throws Exception {
    NettyChannelBuilder builder = NettyChannelBuilder.forTarget(args[0]);
    if (args.length > 1) {
      builder.sslContext(GrpcSslContexts.forClient().trustManager(new File(args[1])).build());
    } else {
      builder.usePlaintext();
    }
    var channel = builder.build();
    for (var each : new WireClient(channel).cases.entrySet()) {
      String problem = "";
      try {
        each.getValue().run();
      } catch (Throwable error) {
        problem = error.toString().replaceAll("[\"\\\\\\p{Cntrl}]", "'");
      }
      System.out.println("{\"case\":\"" + each.getKey() + "\",\"problem\":\"" + problem + "\"}");
    }
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }
}
