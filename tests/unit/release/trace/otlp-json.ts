/**
 * ExportTraceServiceRequest in OTLP's JSON encoding, written down from opentelemetry-proto (trace.proto, common.proto, resource.proto)
 * and docs/specification.md, "JSON Protobuf Encoding": lowerCamelCase names and no others, ids in hex, enums as integers, 64-bit
 * integers as decimal texts (a receiver takes numbers too).
 */
import { z } from 'zod';

const id = (digits: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-fA-F]{${digits}}$`))
    .refine((text) => !/^0+$/.test(text), { error: 'all zeroes' });
const isUint64 = (text: string): boolean => /^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n;
const uint64 = z.union([z.string().refine(isUint64, { error: 'no 64-bit number' }), z.int().nonnegative()]);
const uint32 = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
const wellFormed = z.string().refine((text) => text.isWellFormed(), { error: 'half a character' });

const anyValue = z.union([
  z.strictObject({ stringValue: wellFormed }),
  z.strictObject({ boolValue: z.boolean() }),
  z.strictObject({ intValue: z.union([z.string().regex(/^-?\d{1,19}$/), z.int()]) }),
  z.strictObject({ doubleValue: z.number() }),
]);
const attributes = z
  .array(z.strictObject({ key: wellFormed.min(1), value: anyValue }))
  .refine((all) => new Set(all.map(({ key }) => key)).size === all.length, { error: 'a key is there twice' });
const dropped = uint32.optional();

const span = z
  .strictObject({
    traceId: id(32),
    spanId: id(16),
    traceState: wellFormed.optional(),
    parentSpanId: id(16).optional(),
    flags: uint32.optional(),
    name: wellFormed.min(1),
    kind: z.int().min(0).max(5).optional(),
    startTimeUnixNano: uint64,
    endTimeUnixNano: uint64,
    attributes: attributes.optional(),
    droppedAttributesCount: dropped,
    events: z
      .array(
        z.strictObject({
          timeUnixNano: uint64,
          name: wellFormed.min(1),
          attributes: attributes.optional(),
          droppedAttributesCount: dropped,
        }),
      )
      .optional(),
    droppedEventsCount: dropped,
    status: z.strictObject({ message: wellFormed.optional(), code: z.int().min(0).max(2).optional() }).optional(),
  })
  .refine(({ startTimeUnixNano, endTimeUnixNano }) => Number(endTimeUnixNano) >= Number(startTimeUnixNano), {
    error: 'it ends before it begins',
  });

const scope = z.strictObject({ name: wellFormed, version: wellFormed.optional(), attributes: attributes.optional() });

export const traceRequestSchema = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes, droppedAttributesCount: dropped }).optional(),
      scopeSpans: z.array(
        z.strictObject({ scope: scope.optional(), spans: z.array(span), schemaUrl: wellFormed.optional() }),
      ),
      schemaUrl: wellFormed.optional(),
    }),
  ),
});
