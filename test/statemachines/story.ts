import type { BuildWorld, BuildWorldOptions } from '../fixtures/build-world.ts';

/** A request from its message to its end, by a way of its own through the state machines. */
export interface Story {
  readonly name: string;
  readonly options: BuildWorldOptions;
  /** Tasks that are broken all along, so that their undo is walked. */
  readonly broken?: { readonly workflow: string; readonly state: string };
  /** Sends the request. @default one schedule_and_build_instances for one server */
  readonly publish?: (world: BuildWorld) => Promise<unknown>;
  readonly before?: (world: BuildWorld) => Promise<unknown>;
  readonly whileScheduling?: (world: BuildWorld, uuid: string) => Promise<unknown>;
  /** What is asked of the server once it runs; without it the story is the build alone. */
  readonly afterwards?: (world: BuildWorld) => Promise<unknown>;
  /** What an operator heals once everything has ended: answers what is left of it. */
  readonly heal?: (world: BuildWorld) => Promise<readonly string[]>;
  /** What is not as it should be until then, in the words of the ledger. */
  readonly healed?: RegExp;
  /** What such an ending leaves on purpose, in the words of the ledger. */
  readonly belongs?: RegExp;
  /** Done once a host has got the order. */
  readonly whileBuilding?: (world: BuildWorld) => Promise<unknown>;
}
