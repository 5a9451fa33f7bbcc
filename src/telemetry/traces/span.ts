export type AttributeValue = string | number | boolean;
/** Whole numbers are sent as integers; what is undefined is left out. */
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

/** SpanKind of opentelemetry-proto. */
export const spanKinds = { internal: 1, server: 2 } as const;

/** A span that has ended. Times are nanoseconds since 1970, which a number does not hold. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly state: string | undefined;
  readonly flags: number;
  readonly name: string;
  readonly kind: keyof typeof spanKinds;
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: Attributes;
  readonly failed: boolean;
}
