import { CapacityShards } from '#placement/capacity-shards';
import { isRebuild } from '#placement/claim-resources';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import type { CandidatePlacement } from '#ports/allocation-candidates';
import type { Clock } from '#ports/clock';
import type { WireObject } from '#ports/json';
import type { DestinationRequest, Scheduler } from '#ports/scheduler';
import type { Tables } from '#ports/tables';
import { fieldsOf } from '#wire/reading';
import { Aggregates } from './facts/aggregates.ts';
import { Cells } from './cells.ts';
import { enabledFilters } from './filters/list.ts';
import type { OnNoValidHost, SchedulerComponents } from './components.ts';
import { CandidatePlacing } from './candidate-placing.ts';
import { Placing } from './placing.ts';
import { DEFAULT_SETTINGS, type SchedulerSettings } from './settings.ts';
import { preferences } from './weights/list.ts';

export interface SchedulerDependencies {
  readonly tables: Tables;
  readonly clock: Pick<Clock, 'now'>;
  /** From 0 up to 1, without it. */
  readonly random: () => number;
  readonly settings?: Partial<SchedulerSettings>;
  /** An OpenStack Placement that offers candidates. @default the deployment's own tables */
  readonly placement?: CandidatePlacement;
  /** Called with the reasons when there is no valid host. */
  readonly onNoValidHost?: OnNoValidHost;
}

/**
 * The deployment's own scheduler (nova.scheduler.manager): candidates by free memory, filters, weights, and a claim on
 * the chosen host.
 */
export class FilterScheduler implements Scheduler {
  readonly #components: SchedulerComponents;
  readonly #placement: CandidatePlacement | undefined;

  /** @throws RangeError when the settings name a filter or weigher that there is none of */
  constructor({ tables, clock, random, settings, placement, onNoValidHost }: SchedulerDependencies) {
    this.#placement = placement;
    const all = { ...DEFAULT_SETTINGS, ...settings };
    this.#components = {
      tables,
      clock,
      aggregates: new Aggregates(tables, clock),
      cells: new Cells(tables, clock),
      placement: new EmbeddedPlacement(tables),
      shards: new CapacityShards(tables, clock),
      random,
      settings: all,
      filters: enabledFilters(all.enabledFilters),
      preferences: preferences(all.weightClasses, all.weightMultipliers),
      onNoValidHost: onNoValidHost ?? (() => undefined),
    };
  }

  /**
   * @throws NoValidHost when not all instances can be placed; what this operation claimed has then been released
   * @throws TransactionConflict or TableThrottled when the same call may be tried again; it then finds what it claimed
   */
  selectDestinations(request: DestinationRequest): Promise<WireObject[][]> {
    // A server that stays on its host claims nothing: what the cells know of the host decides.
    return this.#placement === undefined || isRebuild(fieldsOf(request.spec))
      ? new Placing(this.#components, request).place()
      : new CandidatePlacing(this.#components, this.#placement, request).place();
  }
}
