import type { Json, JsonMap } from '#ports/json';

/** A request of Placement's HTTP API. */
export interface PlacementRequest {
  readonly method: string;
  /** Path with its query, without the address of the service. */
  readonly path: string;
  /** Header `OpenStack-API-Version`. */
  readonly version: string | undefined;
  /** The body, read from JSON; undefined when there was none. */
  readonly body: Json | undefined;
}

/** An answer of Placement's HTTP API. */
export interface PlacementAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON; no body where it is left out. */
  readonly body?: Json;
}

/** A code of Placement's that distinguishes an error from others of its status. */
export type ErrorCode =
  | 'placement.undefined_code'
  | 'placement.concurrent_update'
  | 'placement.duplicate_name'
  | 'placement.inventory.inuse'
  | 'placement.resource_provider.inuse'
  | 'placement.resource_provider.cannot_delete_parent';

/** A request that is answered with an error. */
export class Refused extends Error {
  override readonly name = 'Refused' as const;
  readonly status: keyof typeof TITLES;
  readonly code: ErrorCode;

  constructor(status: keyof typeof TITLES, message: string, code: ErrorCode = 'placement.undefined_code') {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const TITLES = {
  400: [
    'Bad Request',
    'The server could not comply with the request since it is either malformed or otherwise incorrect.',
  ],
  403: ['Forbidden', 'Access was denied to this resource.'],
  404: ['Not Found', 'The resource could not be found.'],
  405: ['Method Not Allowed', 'The method specified is not allowed for this resource.'],
  406: ['Not Acceptable', 'The resource could not be generated that was acceptable to your browser.'],
  409: ['Conflict', 'There was a conflict when trying to complete your request.'],
  503: ['Service Unavailable', 'The server is currently unavailable. Please try again at a later time.'],
} as const;

/** From this microversion on an error has a code. */
const WITH_CODES = 23;

/** An error in Placement's form. `more` are further facts of it, as the range of microversions. */
export function errorBody({ status, message, code }: Refused, minor: number, more: JsonMap = {}): JsonMap {
  const [title, sentence] = TITLES[status];
  const detail = `${sentence}\n\n ${message}  `;
  return { errors: [{ status, title, detail, ...(minor >= WITH_CODES ? { code } : {}), ...more }] };
}

/** An answer with a body. */
export const answered = (body: Json, status = 200): PlacementAnswer => ({ status, headers: {}, body });

/** An answer without a body. */
export const done = (status = 204, headers: PlacementAnswer['headers'] = {}): PlacementAnswer => ({ status, headers });

/** Another writer was there before. */
export const providerChanged = (): Refused =>
  new Refused(
    409,
    "Resource provider's generation already changed. Please update the generation and try again.",
    'placement.concurrent_update',
  );

/** Traits, classes and aggregates of one provider: a host has some hundred, and each may cost a read. */
const MOST_NAMES = 1000;

/** @throws Refused where a request names more than any host has */
export function mustBeFew(names: readonly unknown[], most = MOST_NAMES): void {
  if (names.length > most) throw new Refused(400, `at most ${most} names are taken together, not ${names.length}`);
}
