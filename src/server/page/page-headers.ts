/**
 * What the page may do: its own scripts, styles and requests, and nothing from elsewhere. `wasm-unsafe-eval` lets it compile a model's kernel;
 * `data:` is for pictures that it draws itself.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Of everything that the page is made of. The transport adds `X-Content-Type-Options` to every answer. */
export const pageHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": contentSecurityPolicy,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  // For browsers that do not know frame-ancestors.
  "x-frame-options": "DENY",
};
