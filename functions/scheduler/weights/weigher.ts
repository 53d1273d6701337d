import type { FilterRequest } from '../filters/host-filter.ts';
import type { HostState } from '../facts/host-state.ts';

/** One preference among hosts that pass. */
export interface Weigher {
  /** Nova's name, as in `weight_classes`. */
  readonly name: string;
  /** Under this name the configuration may set another multiplier; a negative one turns the preference round. */
  readonly multiplier: { readonly option: string; readonly value: number };
  /** The more the better, in the weigher's own unit. */
  weigh(host: HostState, spec: FilterRequest): number;
}
