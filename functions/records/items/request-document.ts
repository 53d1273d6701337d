import type { Attributes } from '#ports/tables';
import { listOf, mapOf, numberOf, objectsOf, textOf, textsOf, wireOf } from '#wire/reading';

/** A request's document: what it came with, sealed, and what its steps note beside that. */
export type RequestDocumentItem = ReturnType<typeof requestDocumentItem>;

/** Reads the item of a request's document. */
export function requestDocumentItem(item: Attributes) {
  return {
    /** What the request came with, as the sealer sealed it. */
    sealed: textOf(item['sealed']) ?? '',
    /** Digest of the message's arguments. */
    digest: textOf(item['digest']),
    /** What the request has reserved, empty when it has reserved nothing. */
    reserved: mapOf(item['reserved']),
    /** Metadata of the image that was found for the server, null for none. */
    image: item['image'] === undefined || item['image'] === null ? null : mapOf(item['image']),
    /** The RequestSpec as the scheduler was asked with it. */
    spec: wireOf(item['spec']) ?? null,
    /** What the server of an operation needs beyond its flavor, as fields of its spec; null before it was asked for. */
    needs: item['needs'] === undefined ? null : mapOf(item['needs']),
    /** How the server's ports are bound on the destination of its live migration, by port id. */
    bindings: mapOf(item['bindings']),
    /** The InstancePCIRequests of a server as its destination meets them; null where it meets them as any other. */
    pci_requests: wireOf(item['pci_requests']) ?? null,
    /** The Selections chosen for the server of an operation, empty before scheduling. */
    selections: listOf(item['selections']).map(mapOf),
    /** oslo's failure text of the step that failed last. */
    failure: textOf(item['failure']),
    /** Hosts that are done with the request, in the order in which they were. */
    done: textsOf(item['done']),
    /** How many they are; null while there is none. */
    done_count: numberOf(item['done_count']) ?? null,
  };
}

/** The document of one server of a request. */
export type InstanceDocumentItem = ReturnType<typeof instanceDocumentItem>;

/** Reads the item of one server of a request. */
export function instanceDocumentItem(item: Attributes) {
  return {
    /** What the request came with for this server, as the sealer sealed it. */
    sealed: textOf(item['sealed']) ?? '',
    /** The InstanceGroup as it was set up for the choice of a host. */
    group: wireOf(item['group']),
    /** The Selections chosen for the server; undefined before scheduling. */
    selections: item['selections'] === undefined ? undefined : objectsOf(item['selections']),
    /** Whether the server's share of what was reserved was given back. */
    returned: item['returned'] === true,
  };
}
