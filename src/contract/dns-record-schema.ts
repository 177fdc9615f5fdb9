/** `environments.*.dns.records`: what else the zone has to say of a host. Its loss is a warning. */
import { z } from 'zod';

export const dnsRecordSchema = z.strictObject({
  host: z.string().min(1),
  type: z.enum(['CAA', 'TXT', 'MX', 'NS']),
  contains: z.string().min(1).describe('text that one record of this type has to contain, e.g. "letsencrypt.org"'),
});

export type DnsRecordContract = z.output<typeof dnsRecordSchema>;
