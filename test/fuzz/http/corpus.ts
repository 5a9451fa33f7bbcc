/** Streams of bytes (latin1) that one connection sends: each a trick that servers and proxies have read differently, or a plain request to change. */

const row = '{"sepal length (cm)":5.1,"sepal width (cm)":3.5,"petal length (cm)":1.4,"petal width (cm)":0.2}';
const get = (path = "/predict", headers = "") => `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;
const post = (headers: string, body: string, path = "/predict") =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${headers}\r\n${body}`;
const sized = (body: string, path?: string) => post(`Content-Length: ${body.length}\r\n`, body, path);
const chunk = (data: string, extension = "") => `${data.length.toString(16)}${extension}\r\n${data}\r\n`;
const chunked = (body: string) => post("Transfer-Encoding: chunked\r\n", body);
/** What an attacker would have another reader take for a request of its own. */
const smuggled = get("/models/smuggled");
const line = (text: string) => `GET ${text}\r\nHost: a\r\n\r\n`;

const plain = [
  get(),
  get("/predict?sepal_length=5.1&sepal_width=3.5&petal_length=1.4&petal_width=0.2"),
  get("/health/live", "Connection: close\r\n"),
  "HEAD /predict HTTP/1.1\r\nHost: a\r\n\r\n",
  "OPTIONS /predict HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /predict HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
  "GET /predict HTTP/1.0\r\n\r\n",
  sized(row),
  sized(`[${row},${row}]`),
  sized("{}"),
  sized("[", "/models/iris/predict"),
  chunked(`${chunk(row)}0\r\n\r\n`),
  chunked(`${chunk(row.slice(0, 7))}${chunk(row.slice(7))}0\r\n\r\n`),
  "DELETE /predict HTTP/1.1\r\nHost: a\r\n\r\n",
  "PUT /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
];

const pipelined = [
  get() + get("/health/live") + get("/nowhere"),
  sized(row) + sized("[]") + get(),
  chunked(`${chunk(row)}0\r\n\r\n`) + sized(row) + get(),
  get().repeat(40),
  sized(row).repeat(20),
  get("/predict", "Connection: close\r\n") + smuggled,
  `HEAD /predict HTTP/1.1\r\nHost: a\r\n\r\n${get()}`,
  `${get()}\r\n${get()}`,
  `${get()}\r\n\r\n${get()}`,
  sized("x", "/nowhere") + get(),
];

const lengths = [
  "5, 5",
  "5,6",
  "+5",
  "-5",
  "5 ",
  " 5",
  "0x5",
  "5;",
  "5.0",
  "05",
  "1e1",
  "",
  "99999999999999999999",
  "999999999999999",
  "５",
];
const smuggling = [
  // CL.TE and TE.CL
  post(`Content-Length: ${5 + smuggled.length}\r\nTransfer-Encoding: chunked\r\n`, `0\r\n\r\n${smuggled}`),
  post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", `${chunk(smuggled)}0\r\n\r\n`),
  // TE.TE: one that only somebody understands
  ...[
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding:\tchunked",
    "Transfer-Encoding:\x0bchunked",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: identity, chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
    "Transfer-Encoding: gzip, chunked",
    'Transfer-Encoding: "chunked"',
    "Transfer-Encoding: chunked;q=1",
    " Transfer-Encoding: chunked",
    "X: x\r\n Transfer-Encoding: chunked",
    "X: x\nTransfer-Encoding: chunked",
    "X: x\rTransfer-Encoding: chunked",
    "Transfer-Encoding\0: chunked",
    "Transfer_Encoding: chunked",
    "Transfer-Encoding: CHUNKED",
    "Transfer-Encoding: chunked\0",
    "Transfer-Encoding:",
    "transfer-encoding: chunKed ",
  ].flatMap((header) => [
    post(`${header}\r\n`, `0\r\n\r\n${smuggled}`),
    post(`${header}\r\nContent-Length: ${5 + smuggled.length}\r\n`, `0\r\n\r\n${smuggled}`),
  ]),
  ...lengths.map((length) => post(`Content-Length: ${length}\r\n`, `hello${smuggled}`)),
  post("Content-Length: 5\r\nContent-Length: 5\r\n", `hello${smuggled}`),
  post("Content-Length: 5\r\nContent-Length: 6\r\n", `hello${smuggled}`),
  post("Content-Length: 5\r\ncontent-length: 5\r\n", `hello${smuggled}`),
  post("Content-Length : 5\r\n", `hello${smuggled}`),
  post("Content-Length: 5\r\n 6\r\n", `hello${smuggled}`),
  post("Content-Length\t: 5\r\n", `hello${smuggled}`),
  `GET /predict HTTP/1.1\r\nHost: a\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
  `GET /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunk(smuggled)}0\r\n\r\n`,
  `HEAD /predict HTTP/1.1\r\nHost: a\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
  `POST /predict HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
  `POST /predict HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}${smuggled}`,
];

const chunks = [
  ...[
    "ffffffff",
    "fffffffff",
    "ffffffffffffffff",
    "10000000000000000",
    "-1",
    "+5",
    "0x5",
    " 5",
    "5 ",
    "",
    "5,",
    "G",
    "00000000000005",
    "5;a=b;c",
    '5;a="b\r\n"',
    "5;\n",
    "5;a\rb",
  ].map((size) => chunked(`${size}\r\nhello\r\n0\r\n\r\n${smuggled}`)),
  chunked(`5;${"x".repeat(900)}\r\nhello\r\n0\r\n\r\n`),
  chunked(`5;${"x".repeat(3000)}\r\nhello\r\n0\r\n\r\n`),
  chunked("5\nhello\n0\n\n"),
  chunked("5\r\nhello0\r\n\r\n"),
  chunked("5\r\nhelloXX0\r\n\r\n"),
  chunked("5\rhello\r0\r\r"),
  chunked(`0\r\nX-Trailer: y\r\n\r\n${get()}`),
  chunked(`0\r\nConnection: close\r\n\r\n${get()}`),
  chunked(`0\r\nContent-Length: 5\r\n\r\nhello${get()}`),
  chunked(`0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${get()}`),
  chunked(`0\r\n${"X: y\r\n".repeat(2000)}\r\n`),
  chunked(`0\r\n X: y\r\n\r\n`),
  chunked(`0\r\n\n${smuggled}`),
  chunked(chunk("{}").repeat(200)),
  chunked(`${"1\r\n \r\n".repeat(300)}0\r\n\r\n`),
  chunked("0"),
  chunked("0\r\n"),
];

const truncated = [get(), sized(row), chunked(`${chunk(row)}0\r\n\r\n`)].flatMap((text) =>
  [1, 5, 16, 30, 60, 90, text.length - 1].filter((length) => length < text.length).map((length) => text.slice(0, length)),
);

const headers = [
  get("/predict", `X: ${"y".repeat(20_000)}\r\n`),
  get("/predict", "X: y\r\n".repeat(3000)),
  get("/predict", `${"X".repeat(17_000)}: y\r\n`),
  get("/predict", ": y\r\n"),
  get("/predict", "X\r\n"),
  get("/predict", "X y: z\r\n"),
  get("/predict", "X: a\0b\r\n"),
  get("/predict", "X: \xff\xfe\r\n"),
  get("/predict", "\xc3\xa9: a\r\n"),
  get("/predict", "Host: b\r\n"),
  get("/predict", "X: a\r\n b\r\n"),
  get("/predict", "X: a\r\n\tb\r\n"),
  get("/predict", "Connection: close, keep-alive\r\n"),
  get("/predict", "Connection: x,close\r\n"),
  get("/predict", "__proto__: x\r\nconstructor: y\r\n"),
  get("/predict", "X-Request-Timeout-Ms: 0\r\n"),
  get("/predict", "Accept: application/json\r\n"),
  get("/predict", "Cookie: a=b; c=d\r\nCookie: e=f\r\n"),
  get("/predict", "Content-Length: 0\r\n"),
  "GET /predict HTTP/1.1\r\n\r\n",
  "GET /predict HTTP/1.1\r\nHost:\r\n\r\n",
  "GET /predict HTTP/1.1\nHost: a\n\n",
  "GET /predict HTTP/1.1\rHost: a\r\r",
  " GET /predict HTTP/1.1\r\nHost: a\r\n\r\n",
  "\r\nGET /predict HTTP/1.1\r\nHost: a\r\n\r\n",
  "\nGET /predict HTTP/1.1\r\nHost: a\r\n\r\n",
  "\0GET /predict HTTP/1.1\r\nHost: a\r\n\r\n",
];

const targets = [
  get(`/${"x".repeat(20_000)}`),
  get(`/predict?${"a=b&".repeat(3000)}`),
  get("http://a/predict"),
  get("http://b:80/predict?x=y#z"),
  get("http:///predict"),
  get("http://}/predict"),
  get("http://b:8x/predict"),
  get("http://c@b/predict"),
  get("http://b?x=/predict"),
  get("http://b#/predict"),
  get("ftp://a/predict"),
  get("/../../../etc/passwd"),
  get("/models/..%2f..%2fetc%2fpasswd"),
  get("/models/%00"),
  get("/models/%c0%ae%c0%ae/"),
  get("/models/%"),
  get("//predict"),
  get("/predict#x?y"),
  get("/\x7f"),
  get("/ä"),
  get("*"),
  "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
  "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n",
  "CONNECT /predict HTTP/1.1\r\nHost: a\r\n\r\n",
  line("/predict HTTP/1.2"),
  line("/predict HTTP/2.0"),
  line("/predict HTTP/1.1 "),
  line("/predict  HTTP/1.1"),
  line("/predict\tHTTP/1.1"),
  line("/predict HTTP/1.1\0"),
  line("/predict http/1.1"),
  line("/predict HTTP/1.10"),
  line("/predict HTTP/11"),
  line("/predict"),
  line("predict HTTP/1.1"),
  "get /predict HTTP/1.1\r\nHost: a\r\n\r\n",
  `${"G".repeat(40)} /predict HTTP/1.1\r\nHost: a\r\n\r\n`,
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "PRI * HTTP/1.0\r\n\r\nSM\r\n\r\n",
  "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
];

const upgrades = [
  get(
    "/predict",
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n",
  ) + get(),
  get("/predict", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n") + get(),
  post("Connection: Upgrade\r\nUpgrade: x\r\nContent-Length: 2\r\n", `{}${get()}`),
  post(`Expect: 100-continue\r\nContent-Length: ${row.length}\r\n`, row),
  post("Expect: 100-continue\r\nContent-Length: 5\r\n", ""),
  post("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n", `${chunk(row)}0\r\n\r\n${get()}`),
  post("Expect: 200-ok\r\nContent-Length: 2\r\n", `{}${get()}`),
  `POST /nowhere HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
];

/** By what is tried: each kind is as likely as the others. */
export const kinds: readonly (readonly string[])[] = [plain, pipelined, smuggling, chunks, truncated, headers, targets, upgrades];
export const corpus: readonly string[] = kinds.flat();
