import { createHash, randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { type Backend, type Handlers, requireUser } from '../backend.ts';
import { recordEvent } from '../events.ts';
import { ProblemError } from '../problems.ts';
import { loadBytes, removeBytes, storeBytes } from '../storage.ts';

interface FileRow {
  id: string;
  name: string;
  content_type: string;
  size_bytes: number;
  sha256: string;
  created_at: Date;
}

const COLUMNS = 'id, name, content_type, size_bytes, sha256, created_at';
const ACCEPTED = new Set(['text/plain', 'text/markdown', 'application/pdf', 'image/png', 'image/jpeg']);
const MAX_NAME_LENGTH = 200;

/** Files of one user: bytes under the upload folder, everything else in the database. */
export function toFilesHandlers(backend: Backend): Handlers {
  const { database, config } = backend;
  return {
    listFiles: async (request) => {
      const rows = await database.query<FileRow & { total: number }>(
        'list_files',
        `select ${COLUMNS}, (count(*) over ())::int as total from files where user_id = $1 order by created_at desc, id limit 100`,
        [requireUser(request).id],
      );
      return { items: rows.map(toFile), total: rows[0]?.total ?? 0 };
    },
    uploadFile: async (request, reply) => {
      const user = requireUser(request);
      const upload = await readUpload(request);
      const id = randomUUID();
      await storeBytes(config.uploadDir, id, upload.bytes);
      const sha256 = createHash('sha256').update(upload.bytes).digest('hex');
      const values = [id, user.id, upload.name, upload.type, upload.bytes.length, sha256, backend.now()];
      const insert = `insert into files (id, user_id, name, content_type, size_bytes, sha256, created_at)
        values ($1, $2, $3, $4, $5, $6, $7) returning ${COLUMNS}`;
      const [row] = await database.query<FileRow>('insert_file', insert, values).catch(async (error: unknown) => {
        await removeBytes(config.uploadDir, id);
        throw error;
      });
      if (row === undefined) throw new Error('The inserted file came back without a row.');
      backend.metrics.uploadBytes.inc(upload.bytes.length);
      await recordEvent(backend, user.id, 'upload');
      return reply.code(201).header('location', `/files/${id}`).send(toFile(row));
    },
    readFile: async (request, reply) => {
      const [row] = await database.query<FileRow>(
        'find_file',
        `select ${COLUMNS} from files where id = $1 and user_id = $2`,
        [toId(request), requireUser(request).id],
      );
      if (row === undefined) throw new ProblemError('file-not-found');
      const name = encodeURIComponent(row.name).replaceAll("'", '%27');
      return reply
        .type(row.content_type)
        .header('content-disposition', `attachment; filename*=UTF-8''${name}`)
        .send(await loadBytes(config.uploadDir, row.id));
    },
    deleteFile: async (request, reply) => {
      const [row] = await database.query<{ id: string }>(
        'delete_file',
        'delete from files where id = $1 and user_id = $2 returning id',
        [toId(request), requireUser(request).id],
      );
      if (row === undefined) throw new ProblemError('file-not-found');
      await removeBytes(config.uploadDir, row.id);
      return reply.code(204).send();
    },
  };
}

async function readUpload(request: FastifyRequest): Promise<{ name: string; type: string; bytes: Buffer }> {
  const part = await readForm(request.file());
  if (part === undefined || part.fieldname !== 'file') {
    const errors = [{ path: '/file', message: 'must be a file' }];
    throw new ProblemError('invalid-request', { detail: 'The form has no file in a part named "file".', errors });
  }
  const bytes = await readForm(part.toBuffer());
  if (!ACCEPTED.has(part.mimetype)) {
    throw new ProblemError('unsupported-media-type', { detail: `Send one of ${[...ACCEPTED].join(', ')}.` });
  }
  // Control characters and folders of the client's machine have no place in a stored name.
  const name = (part.filename.split(/[\\/]/).at(-1) ?? '').replaceAll(/\p{Cc}/gu, '').slice(0, MAX_NAME_LENGTH);
  return { name: name === '' ? 'unnamed' : name, type: part.mimetype, bytes };
}

/** The parser's own errors (no boundary, an end in the middle) have no status; they are about what was sent all the same. */
async function readForm<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (typeof (error as { statusCode?: unknown }).statusCode === 'number') throw error;
    throw new ProblemError('invalid-request', { detail: 'The form cannot be read.', cause: error });
  }
}

function toFile(row: FileRow): Record<string, unknown> {
  const { id, name, content_type, size_bytes, sha256, created_at } = row;
  return { id, name, content_type, size_bytes, sha256, created_at: created_at.toISOString() };
}

function toId(request: FastifyRequest): string {
  return (request.params as { id: string }).id;
}
