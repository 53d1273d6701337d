import type { JsonMap } from '#ports/json';
import type { Ids } from '#ports/ids';
import type { Tables } from '#ports/tables';
import type { PlacementAnswer } from './answer.ts';
import type { Rights } from './rights.ts';

/** What the API works with. */
export interface ApiParts {
  readonly tables: Tables;
  readonly ids: Ids;
  /** What the caller may do. @default everything */
  readonly rights?: Rights;
}

/** A request whose path is known. */
export interface Call {
  /** What stands in the variable part of the path. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** The fields of the body; none where it is no map. */
  readonly fields: JsonMap;
  /** Minor number of the microversion. */
  readonly minor: number;
}

/** Serves one method of one path. @throws Refused for what is answered with an error */
export type Serve = (parts: ApiParts, call: Call) => Promise<PlacementAnswer>;
