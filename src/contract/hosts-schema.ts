/** `hosts`: names that configuration files may and may not send anything to, beside those of the services. */
import { z } from 'zod';

const hostName = z
  .string()
  .regex(
    /^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/,
    'a host name in lower case, e.g. "old.example.com" or "*.example.com"',
  );

export const hostsSchema = z
  .strictObject({
    retired: z.array(hostName).default([]).describe('switched off: no configuration file may name them'),
    allowed: z.array(hostName).default([]).describe('further hosts that configuration files may name'),
  })
  .refine(({ retired, allowed }) => !retired.some((host) => allowed.includes(host)), {
    error: 'the same host is retired and allowed',
  });
