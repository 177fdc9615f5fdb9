/** `edges`: what the front door has to pass on, as a request that both sides can be asked. */
import { z } from 'zod';

interface Parts {
  readonly slug: z.ZodString;
  readonly path: z.ZodString;
  readonly pointer: z.ZodString;
}

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export function toEdgeSchema({ slug, path, pointer }: Parts) {
  const edgePath = z.strictObject({
    path,
    method: z
      .enum(METHODS)
      .default('GET')
      .describe(
        'what is sent to both sides; anything but GET, HEAD and OPTIONS has to be refused, so that it changes nothing',
      ),
    headers: z.record(z.string(), z.string()).optional(),
    json: z.json().optional().describe('sent as application/json'),
    bodyBytes: z
      .int()
      .positive()
      .max(1_000_000)
      .optional()
      .describe('the JSON is filled up with white space to this size: shows what the proxy lets through'),
    volatile: z.array(pointer).default([]).describe('fields that differ from call to call'),
    status: z.int().min(100).max(599),
    compare: z.enum(['body', 'shape']).default('body'),
    mayBeKept: z
      .boolean()
      .default(false)
      .describe('the front door may answer from its cache, though the service does not say so itself'),
    keeps: z.array(z.string()).default([]).describe('response headers that have to come out as they went in'),
  });
  const looks = z.int().min(1).max(50);
  return z.strictObject({
    id: slug,
    from: slug.describe('the service that users reach (front door)'),
    to: slug.describe('the service that must answer behind it'),
    paths: z.array(edgePath).min(1),
    ownLooks: looks.describe('how often more the service is asked by itself where the two bodies differ'),
    keptLooks: looks.describe('how often more both are asked where a time stands still at the front door'),
  });
}
