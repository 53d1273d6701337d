import { writeTogether } from '#operations/write-together';
import { absent } from '#ports/conditions';
import type { Services } from '#ports/services';
import { TransactionRefused, type Action, type Item } from '#ports/tables';
import { inParallel } from '#records/in-parallel';
import { documentKey, REQUESTS, instanceDocumentKey } from '#records/keys';
import type { OperationDocument } from './operation-document.ts';
import type { CommonDocument, InstanceDocument, SealedRequest } from './request-document.ts';
import { requestDocumentItem } from '#records/items/request-document';

/** A request as it is stored before its workflow starts. */
export interface NewRequest {
  readonly key: string;
  readonly method: string;
  readonly requestId: string;
  /** Digest of the message's arguments: distinguishes a repeat from another request of the same name. */
  readonly digest: string;
  readonly common: CommonDocument | OperationDocument;
  /** A server without a document of its own is named in the request's key alone. */
  readonly instances: readonly { readonly uuid: string; readonly document: InstanceDocument | null }[];
}

type Store = Pick<Services, 'tables' | 'sealer' | 'clock' | 'config'>;

/** Servers stored together: with three records each, and the shared document, a transaction's 100 actions. */
const INSTANCES_PER_PART = 24;

/** Bytes of a transaction, as JSON; the service takes 4 MB. */
const PART_BYTES = 3_500_000;

/**
 * Characters up to which the document of the one server of a request is sealed with what it shares: both repeat each
 * other, each sealed text has a data key of its own, and an item of a transaction is charged twice.
 */
const TOGETHER = 32_768;

/** Parts on their way at a time. */
const PARTS_AT_ONCE = 4;

/** What became of a request that is to be stored. */
export type Stored =
  /** All of it is there, now or since an earlier delivery; `uuids` are the servers that belong to it. */
  | { readonly kind: 'stored'; readonly uuids: readonly string[] }
  /** A different request lies there under the same key. */
  | { readonly kind: 'different' };

/**
 * Stores a request, a server in one transaction with the records that come with it (condition: absent), so that a
 * second delivery changes nothing and never brings a deleted build request back; one that died half-way goes on where
 * it stopped. A server whose records are there already, but not by this request, exists: it is left out.
 */
export async function storeRequest(
  services: Store,
  request: NewRequest,
  recordsOf: (uuid: string, document: InstanceDocument) => Promise<readonly Action[]>,
): Promise<Stored> {
  const { key } = request;
  const instances = request.instances.flatMap(({ uuid, document }) => (document === null ? [] : [{ uuid, document }]));
  const together = sealedTogether(request);
  const expires_at = Math.floor(services.clock.now() / 1000) + services.config.requestDays * 86_400;
  const common: Item = {
    ...documentKey(key),
    method: request.method,
    request_id: request.requestId,
    digest: request.digest,
    sealed: await services.sealer.seal(together ?? JSON.stringify(request.common), key),
    expires_at,
  };
  const first: Entry = { actions: [{ kind: 'put', table: REQUESTS, condition: absent, item: common }] };
  const entry = async ({ uuid, document }: (typeof instances)[number]): Promise<Entry> => {
    const own = together === undefined && {
      sealed: await services.sealer.seal(JSON.stringify(document), `${key}/${uuid}`),
    };
    const item: Item = { ...instanceDocumentKey(key, uuid), ...own, expires_at };
    const put: Action = { kind: 'put', table: REQUESTS, condition: absent, item };
    return { uuid, actions: [put, ...(await recordsOf(uuid, document))] };
  };

  const refused: Refused[] = [];
  const storeFrom = async (from: number): Promise<void> => {
    const entries = await Promise.all(instances.slice(from, from + INSTANCES_PER_PART).map(entry));
    for (const part of partsOf(from === 0 ? [first, ...entries] : entries))
      refused.push(...(await putEntries(services, part, request.digest)));
  };
  const [, ...later] = instances.flatMap((_, at) => (at % INSTANCES_PER_PART === 0 ? [at] : []));
  await storeFrom(0);
  if (refused.some((each) => isOther(each, request.digest))) return { kind: 'different' };
  await inParallel(later, PARTS_AT_ONCE, storeFrom);
  const existing = new Set(refused.flatMap((each) => (each.document === undefined ? [each.entry.uuid] : [])));
  return { kind: 'stored', uuids: request.instances.map(({ uuid }) => uuid).filter((uuid) => !existing.has(uuid)) };
}

/** What is sealed of a request whose one server has no document of its own; undefined for any other. */
function sealedTogether({ common, instances: [instance, ...more] }: NewRequest): string | undefined {
  if (instance === undefined || instance.document === null || more.length > 0 || 'arguments' in common)
    return undefined;
  const request: SealedRequest = { ...common, documents: { [instance.uuid]: instance.document } };
  const text = JSON.stringify(request);
  return text.length <= TOGETHER ? text : undefined;
}

/** Writes that belong together, a document's first. */
interface Entry {
  /** Absent: the shared document. */
  readonly uuid?: string;
  readonly actions: readonly Action[];
}

function* partsOf(entries: readonly Entry[]): Iterable<Entry[]> {
  let part: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const own = Buffer.byteLength(JSON.stringify(entry.actions));
    if (part.length > 0 && bytes + own > PART_BYTES) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(entry);
    bytes += own;
  }
  if (part.length > 0) yield part;
}

/** An entry that was refused, with its document where that is there already. */
interface Refused {
  readonly entry: Entry;
  readonly document: Item | undefined;
}

const isOther = ({ entry, document }: Refused, digest: string): boolean =>
  entry.uuid === undefined && (document && requestDocumentItem(document).digest) !== digest;

/** Writes what is not there yet and answers what was refused; nothing more once it is another request's. */
async function putEntries(services: Store, entries: readonly Entry[], digest: string): Promise<Refused[]> {
  try {
    await writeTogether(
      services.tables,
      entries.flatMap(({ actions }) => actions),
    );
    return [];
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    let at = 0;
    const verdicts = entries.map((entry) => {
      const refusals = error.refusals.slice(at, (at += entry.actions.length));
      return { entry, holds: refusals.every((refusal) => refusal === undefined), document: refusals[0]?.item };
    });
    const refused = verdicts.filter(({ holds }) => !holds);
    const rest = verdicts.filter(({ holds }) => holds).map(({ entry }) => entry);
    if (rest.length === 0 || refused.some((each) => isOther(each, digest))) return refused;
    return [...refused, ...(await putEntries(services, rest, digest))];
  }
}
