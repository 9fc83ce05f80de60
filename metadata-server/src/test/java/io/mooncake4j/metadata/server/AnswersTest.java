package io.mooncake4j.metadata.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.metadata.server.http.RawClient;
import io.mooncake4j.metadata.server.http.RawClient.Answer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the server answers, beside what the server in C++ Mooncake's master (0.3.12) was seen to
 * answer. A row is: method, target, body or {@code -}, status, content type or {@code -}, body of
 * the answer. Where C++ answers otherwise, {@code C++:} and its status and text follow.
 */
@Timeout(60)
class AnswersTest {
  private static final String HIT_AND_MISS =
      """
      GET    /metadata?key=a  -        | 404 -                 metadata not found
      DELETE /metadata?key=a  -        | 404 -                 metadata not found
      PUT    /metadata?key=a  {"x":1}  | 200 -                 metadata updated
      GET    /metadata?key=a  -        | 200 application/json  {"x":1}
      PUT    /metadata?key=a  {"x":1}  | 200 -                 metadata updated
      PUT    /metadata?key=a  other    | 200 -                 metadata updated
      GET    /metadata?key=a  -        | 200 application/json  other
      PUT    /metadata?key=a  ''       | 200 -                 metadata updated
      GET    /metadata?key=a  -        | 200 application/json  ''
      DELETE /metadata?key=a  -        | 200 -                 metadata deleted
      DELETE /metadata?key=a  -        | 404 -                 metadata not found
      PUT    /metadata?key=a  -        | 200 -                 metadata updated
      GET    /metadata?key=a  -        | 200 application/json  ''
      """;

  private static final String KEY_MISSING =
      """
      GET    /metadata             -  | 400 -  Missing key parameter
      GET    /metadata?            -  | 400 -  Missing key parameter
      GET    /metadata?key         -  | 400 -  Missing key parameter
      GET    /metadata?key=        -  | 400 -  Missing key parameter
      PUT    /metadata?key=        v  | 400 -  Missing key parameter
      PUT    /metadata             v  | 400 -  Missing key parameter
      DELETE /metadata?key=        -  | 400 -  Missing key parameter
      DELETE /metadata             -  | 400 -  Missing key parameter
      GET    /metadata?KEY=a       -  | 400 -  Missing key parameter
      GET    /metadata?%6Bey=a     -  | 400 -  Missing key parameter
      GET    /metadata?key=&key=b  -  | 400 -  Missing key parameter
      PUT    /metadata?prefix=a    v  | 400 -  Missing key parameter
      GET    /metadata?key=&prefix=a - | 400 - Missing key parameter
      """;

  private static final String NAMES =
      """
      PUT    /metadata?key=mooncake%2Frpc_meta%2Fn  1   | 200 -  metadata updated
      PUT    /metadata?key=mooncake%2Frpc_meta%2Fn  1   | 200 -  metadata unchanged
      PUT    /metadata?key=mooncake%2Frpc_meta%2Fn  2   | 400 -  Duplicate rpc_meta key not allowed
      PUT    /metadata?key=mooncake%2Frpc_meta%2Fn  ''  | 400 -  Duplicate rpc_meta key not allowed
      GET    /metadata?key=mooncake%2Frpc_meta%2Fn  -   | 200 application/json  1
      DELETE /metadata?key=mooncake%2Frpc_meta%2Fn  -   | 200 -  metadata deleted
      PUT    /metadata?key=mooncake%2Frpc_meta%2Fn  2   | 200 -  metadata updated
      PUT    /metadata?key=xrpc_metay               ''  | 200 -  metadata updated
      PUT    /metadata?key=xrpc_metay               ''  | 200 -  metadata unchanged
      PUT    /metadata?key=xrpc_metay               x   | 400 -  Duplicate rpc_meta key not allowed
      PUT    /metadata?key=RPC_META                 1   | 200 -  metadata updated
      PUT    /metadata?key=RPC_META                 2   | 200 -  metadata updated
      """;

  /** C++ keeps keys as they are written, so that each way to write one is another key. */
  private static final String WAYS_TO_WRITE_A_KEY =
      """
      PUT    /metadata?key=a+b      1  | 200 -  metadata updated
      GET    /metadata?key=a+b      -  | 200 application/json  1
      GET    /metadata?key=a%2Bb    -  | 200 application/json  1   C++: 404 metadata not found
      GET    /metadata?key=a%2bb    -  | 200 application/json  1   C++: 404 metadata not found
      GET    /metadata?key=a%20b    -  | 404 -  metadata not found
      PUT    /metadata?key=n%00z    2  | 200 -  metadata updated
      GET    /metadata?key=n%00z    -  | 200 application/json  2
      GET    /metadata?key=n        -  | 404 -  metadata not found
      GET    /metadata?key=n%2500z  -  | 404 -  metadata not found
      PUT    /metadata?key=%C3%A9   3  | 200 -  metadata updated
      GET    /metadata?key=%c3%a9   -  | 200 application/json  3   C++: 404 metadata not found
      PUT    /metadata?key=%FF      4  | 200 -  metadata updated
      GET    /metadata?key=%FF      -  | 200 application/json  4
      PUT    /metadata?key=x%ZZ%4   5  | 200 -  metadata updated
      GET    /metadata?key=x%ZZ%4   -  | 200 application/json  5
      GET    /metadata?key=x%25ZZ%254  -  | 200 application/json  5   C++: 404 metadata not found
      PUT    /metadata?key=..%2F..%2Fetc%2Fpasswd  6  | 200 -  metadata updated
      GET    /metadata?key=../../etc/passwd        -  | 200 application/json  6   C++: 404 metadata not found
      PUT    /metadata?key=two%0Alines%0D%0A       7  | 200 -  metadata updated
      GET    /metadata?key=two%0Alines%0D%0A       -  | 200 application/json  7
      PUT    /metadata?key=a=b;c?d  8  | 200 -  metadata updated
      GET    /metadata?key=a=b;c?d  -  | 200 application/json  8
      GET    /metadata?key=a%3Db%3Bc%3Fd  -  | 200 application/json  8   C++: 404 metadata not found
      PUT    /metadata?key=a%26b    9  | 200 -  metadata updated
      GET    /metadata?key=a%26b    -  | 200 application/json  9
      GET    /metadata?key=a&b      -  | 404 -  metadata not found
      """;

  private static final String REPEATED_AND_OTHER_PARAMETERS =
      """
      PUT    /metadata?key=one&key=two  v  | 200 -  metadata updated
      GET    /metadata?key=one          -  | 200 application/json  v
      GET    /metadata?key=two          -  | 404 -  metadata not found
      GET    /metadata?x=1&key=one&y=2  -  | 200 application/json  v
      GET    /metadata?&key=one&        -  | 200 application/json  v
      GET    /metadata?key=one&prefix=o -  | 200 application/json  v
      GET    /metadata?key=one;key=two  -  | 404 -  metadata not found
      """;

  /**
   * C++ answers 404 to what it does not serve; its sibling in Python answers 405 to other verbs.
   */
  private static final String OTHER_VERBS_AND_PATHS =
      """
      PUT     /metadata?key=a    v  | 200 -  metadata updated
      HEAD    /metadata?key=a    -  | 405 text/plain;charset=utf-8  ''  C++: 404
      POST    /metadata?key=a    w  | 405 text/plain;charset=utf-8  Method not allowed  C++: 404
      PATCH   /metadata?key=a    w  | 405 text/plain;charset=utf-8  Method not allowed  C++: 404
      OPTIONS /metadata?key=a    -  | 405 text/plain;charset=utf-8  Method not allowed  C++: 404
      TRACE   /metadata?key=a    -  | 405 text/plain;charset=utf-8  Method not allowed  C++: 404
      GET     /metadata?key=a    -  | 200 application/json  v
      GET     /metadata/?key=a   -  | 404 text/plain;charset=utf-8  Not found
      GET     /Metadata?key=a    -  | 404 text/plain;charset=utf-8  Not found
      GET     /metadata/a        -  | 404 text/plain;charset=utf-8  Not found
      GET     /%6detadata?key=a  -  | 200 application/json  v
      GET     /                  -  | 404 text/plain;charset=utf-8  Not found
      GET     /health            -  | 200 -  OK
      GET     /health?x          -  | 200 -  OK
      GET     /health/           -  | 404 text/plain;charset=utf-8  Not found
      HEAD    /health            -  | 200 -  ''  C++: 404
      PUT     /health            v  | 405 text/plain;charset=utf-8  Method not allowed  C++: 404
      """;

  static Stream<Arguments> tables() {
    return Stream.of(
        Arguments.of("hit and miss", HIT_AND_MISS),
        Arguments.of("key missing", KEY_MISSING),
        Arguments.of("names", NAMES),
        Arguments.of("ways to write a key", WAYS_TO_WRITE_A_KEY),
        Arguments.of("repeated and other parameters", REPEATED_AND_OTHER_PARAMETERS),
        Arguments.of("other verbs and paths", OTHER_VERBS_AND_PATHS));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tables")
  void answersAsTheTableSays(String name, String table) throws Exception {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    List<String> expected = new ArrayList<>();
    List<String> actual = new ArrayList<>();
    try (MetadataServer server = MetadataServer.start(MetadataServerConfiguration.at(address))) {
      for (String row : table.lines().toList()) {
        String[] sides = row.split("C\\+\\+:", 2)[0].split("\\|", 2);
        String[] asked = sides[0].trim().split(" +", 3);
        String request = String.join(" ", asked);
        expected.add(request + " -> " + String.join(" ", sides[1].trim().split(" +", 3)));
        actual.add(request + " -> " + ask(server, asked[0], asked[1], asked[2]));
      }
    }
    assertThat(actual).as(name).containsExactlyElementsOf(expected);
  }

  private static String ask(MetadataServer server, String method, String target, String body)
      throws Exception {
    byte[] bytes =
        switch (body) {
          case "-" -> null;
          case "''" -> new byte[0];
          default -> body.getBytes(StandardCharsets.US_ASCII);
        };
    try (RawClient client = new RawClient(server.port())) {
      Answer answer = client.request(method, target, bytes).answer(!method.equals("HEAD"));
      String type = answer.headers().getOrDefault("content-type", "-").replace("; ", ";");
      return answer.status() + " " + type + " " + (answer.text().isEmpty() ? "''" : answer.text());
    }
  }
}
