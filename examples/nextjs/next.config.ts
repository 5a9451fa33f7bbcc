import type { NextConfig } from "next";

const config: NextConfig = {
  // Required as it is installed, and not bundled: it starts threads and processes of its own files.
  serverExternalPackages: ["setosa"],
  // What `output: "standalone"` and serverless platforms have to carry along.
  outputFileTracingIncludes: { "/*": ["./models/*"] },
};

export default config;
