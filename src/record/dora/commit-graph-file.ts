/**
 * git's own index of the history, read as it lies on the disk (gitformat-commit-graph(5)): a graph of a million commits
 * without a process and without text. It is closed: with a commit, all of its history is in it.
 */
import { readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { CommitSource } from './commit-source.ts';

interface Layer {
  readonly bytes: Buffer;
  /** number of its first commit */
  readonly from: number;
  readonly count: number;
  readonly hashBytes: number;
  readonly fanout: number;
  readonly ids: number;
  /** tree, two parents, generation and time of each commit, as 32-bit words */
  readonly words: Uint32Array;
  readonly stride: number;
  /** parents of merges of more than two */
  readonly edges: Uint32Array;
}

/** A larger one is left to git: it would take more memory than a stream. */
const MAX_BYTES = 160_000_000;
const NO_PARENT = 0x70000000;
const LAST_EDGE = 0x80000000;

/** `objects`: the folder of a repository's objects. Undefined where it has no graph, or none that can be read here. */
export function openCommitGraph(objects: string): CommitSource | undefined {
  try {
    const layers = readLayers(path.join(objects, 'info'));
    return layers.length === 0 ? undefined : toSource(layers);
  } catch {
    return undefined; // of another version, cut off, or just being replaced: git itself is asked instead
  }
}

function readLayers(info: string): Layer[] {
  const single = path.join(info, 'commit-graph');
  const chain = path.join(info, 'commit-graphs', 'commit-graph-chain');
  const isFile = (name: string): boolean => statSync(name, { throwIfNoEntry: false })?.isFile() ?? false;
  const files = isFile(single)
    ? [single]
    : isFile(chain)
      ? readFileSync(chain, 'latin1')
          .split('\n')
          .filter((line) => /^[0-9a-f]+$/.test(line))
          .map((hash) => path.join(info, 'commit-graphs', `graph-${hash}.graph`))
      : [];
  if (files.reduce((sum, file) => sum + statSync(file).size, 0) > MAX_BYTES) return [];
  const layers: Layer[] = [];
  for (const file of files) {
    const before = layers.at(-1);
    layers.push(readLayer(readFileSync(file), before ? before.from + before.count : 0));
  }
  return layers;
}

function readLayer(bytes: Buffer, from: number): Layer {
  const [signature, version, hash, chunks] = [bytes.toString('latin1', 0, 4), bytes[4], bytes[5], bytes[6] ?? 0];
  if (signature !== 'CGPH' || version !== 1 || (hash !== 1 && hash !== 2)) throw new Error('not a known commit-graph');
  const places = new Map<string, number>();
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const at = 8 + chunk * 12;
    places.set(bytes.toString('latin1', at, at + 4), Number(bytes.readBigUInt64BE(at + 4)));
  }
  const [fanout, ids, data] = [places.get('OIDF'), places.get('OIDL'), places.get('CDAT')];
  if (fanout === undefined || ids === undefined || data === undefined) throw new Error('a part of it is missing');
  const count = bytes.readUInt32BE(fanout + 255 * 4);
  const hashBytes = hash === 1 ? 20 : 32;
  if (data + count * (hashBytes + 16) > bytes.length || ids + count * hashBytes > bytes.length)
    throw new Error('cut off');
  const edges = places.get('EDGE') ?? bytes.length;
  return {
    ...{ bytes, from, count, hashBytes, fanout, ids, stride: hashBytes / 4 + 4 },
    words: toWords(bytes, data, data + count * (hashBytes + 16)),
    edges: toWords(bytes, edges, edges + Math.floor((bytes.length - edges) / 4) * 4),
  };
}

/** Big-endian words of the file as numbers of this machine. */
function toWords(bytes: Buffer, from: number, until: number): Uint32Array {
  const copy = Buffer.alloc(until - from);
  bytes.copy(copy, 0, from, until);
  if (os.endianness() === 'LE') copy.swap32();
  return new Uint32Array(copy.buffer, copy.byteOffset, copy.length / 4);
}

function toSource(layers: readonly Layer[]): CommitSource {
  const size = layers.reduce((sum, { count }) => sum + count, 0);
  const [only] = layers;
  const layerOf = (commit: number): Layer => {
    const layer = layers.length === 1 ? only : layers.findLast(({ from }) => from <= commit);
    if (layer === undefined || commit < 0 || commit >= size)
      throw new Error(`There is no commit ${commit} in the graph.`);
    return layer;
  };
  /** `word` counts from the end of the tree's id: the parents, then generation and time. */
  const wordOf = (layer: Layer, commit: number, word: number): number =>
    layer.words[(commit - layer.from) * layer.stride + layer.stride - 4 + word] ?? 0;
  return {
    size: () => size,
    find: (id) => {
      for (const layer of layers) {
        const found = id.length === layer.hashBytes * 2 ? search(layer, Buffer.from(id, 'hex')) : -1;
        if (found >= 0) return layer.from + found;
      }
      return -1;
    },
    timeOf: (commit) => {
      const layer = layerOf(commit);
      // 30 bits of a generation number, then 34 bits of time
      return (wordOf(layer, commit, 2) & 3) * 2 ** 32 + wordOf(layer, commit, 3);
    },
    parentCount: (commit) => {
      const layer = layerOf(commit);
      if (wordOf(layer, commit, 0) === NO_PARENT) return 0;
      const second = wordOf(layer, commit, 1);
      if (second === NO_PARENT) return 1;
      return second < LAST_EDGE ? 2 : 1 + countEdges(layer, second - LAST_EDGE);
    },
    parentOf: (commit, index) => {
      const layer = layerOf(commit);
      if (index === 0) return wordOf(layer, commit, 0);
      const second = wordOf(layer, commit, 1);
      return second < LAST_EDGE ? second : edgeOf(layer, second - LAST_EDGE + index - 1) % LAST_EDGE;
    },
  };
}

function edgeOf({ edges }: Layer, place: number): number {
  const edge = edges[place];
  if (edge === undefined) throw new Error('The graph lacks a parent of a merge.');
  return edge;
}

function countEdges(layer: Layer, from: number): number {
  let count = 1;
  while (edgeOf(layer, from + count - 1) < LAST_EDGE) count += 1;
  return count;
}

/** The ids are sorted; the fan-out says how many begin with at most each first byte. */
function search({ bytes, count, fanout, ids, hashBytes }: Layer, id: Buffer): number {
  const [first = 0] = id;
  let low = first === 0 ? 0 : bytes.readUInt32BE(fanout + (first - 1) * 4);
  let high = Math.min(count, bytes.readUInt32BE(fanout + first * 4));
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = bytes.compare(id, 0, hashBytes, ids + middle * hashBytes, ids + (middle + 1) * hashBytes);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return -1;
}
