import type { MapState } from './definition.ts';
import { Failure } from './failure.ts';
import { Flow } from './flow.ts';
import type { Frame } from './kept-execution.ts';
import { guard } from './guard.ts';
import type { Json, JsonObject } from './json.ts';
import { EvaluationError, unexpectedType } from './template.ts';
import type { Visit } from './visit.ts';
import type { Exit } from './flow.ts';

interface Iteration {
  readonly flow: Flow;
  readonly index: number;
}

/** An inline Map. A redrive keeps the iterations that succeeded; a retry begins all of them anew. */
export function runMap(visit: Visit, state: MapState): Promise<Exit> {
  let kept = visit.resumed ? visit.flow.frame.iterations : undefined;
  return guard(
    visit,
    state,
    async () => {
      const frames = kept;
      kept = undefined;
      const result = await attempt(visit, state, frames);
      return visit.exit(state, result, { result }, state.next);
    },
    () => visit.flow.record('MapStateFailed'),
  );
}

async function attempt(visit: Visit, state: MapState, kept: Frame[] | undefined): Promise<Json[]> {
  const { flow } = visit;
  delete flow.frame.iterations;
  const items = kept === undefined ? await itemsOf(visit, state) : [];
  const concurrency = await visit.amount(state.maxConcurrency, 0);
  const started = flow.record('MapStateStarted', { length: kept?.length ?? items.length });
  const frames = kept ?? (await select(visit, state, items));
  flow.frame.iterations = frames;
  const pool = new IterationPool(visit, state, frames, concurrency, kept !== undefined);
  const lastSucceeded = await pool.run(started);
  flow.record('MapStateSucceeded', {}, lastSucceeded);
  // The state's exit follows the last iteration, as the service links it.
  flow.lastEvent = lastSucceeded;
  delete flow.frame.iterations;
  return frames.map((frame) => frame.done?.output ?? null);
}

async function itemsOf(visit: Visit, state: MapState): Promise<Json[]> {
  if (state.items === undefined) {
    if (Array.isArray(visit.input)) return visit.input;
    const reason = `Map state input must be an array but was: ${JSON.stringify(visit.input)}`;
    throw visit.evaluationFailure(new EvaluationError(undefined, reason));
  }
  const items = await visit.evaluate(state.items);
  if (!Array.isArray(items)) throw visit.evaluationFailure(unexpectedType(state.items, 'array', items));
  return items;
}

async function select(visit: Visit, state: MapState, items: readonly Json[]): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (const [index, item] of items.entries()) {
    visit.context['Map'] = mapMember(index, item);
    const input = state.itemSelector === undefined ? item : await visit.evaluate(state.itemSelector);
    frames.push({ state: state.itemProcessor.startAt, input, variables: visit.flow.frame.variables, item });
  }
  delete visit.context['Map'];
  Object.assign(visit.context, visit.flow.mapContext);
  return frames;
}

function mapMember(index: number, value: Json): JsonObject {
  return { Item: { Index: index, Value: value } };
}

/** Runs iterations side by side, at most so many at once; the first failure ends them all. */
class IterationPool {
  readonly #visit: Visit;
  readonly #state: MapState;
  readonly #frames: readonly Frame[];
  readonly #limit: number;
  readonly #resuming: boolean;
  readonly #running = new Set<Iteration>();
  /** Indexes that have yet to begin. */
  readonly #open: number[];
  #lastSucceeded = 0;

  /** @param concurrency 0 for as many as there are items */
  constructor(visit: Visit, state: MapState, frames: readonly Frame[], concurrency: number, resuming: boolean) {
    this.#visit = visit;
    this.#state = state;
    this.#frames = frames;
    this.#limit = concurrency === 0 ? Infinity : concurrency;
    this.#resuming = resuming;
    this.#open = [...frames.keys()].filter((index) => frames[index]?.done === undefined);
  }

  /** Answers the event that the Map's end follows. @throws Failure, Cancelled */
  run(started: number): Promise<number> {
    this.#lastSucceeded = started;
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        if (this.#running.size === 0 && this.#open.length === 0) resolve(this.#lastSucceeded);
      };
      const launch = (previous: number): void => {
        const batch: Iteration[] = [];
        while (this.#open.length > 0 && this.#running.size < this.#limit) {
          const iteration = this.#begin(this.#open.shift() ?? 0, previous);
          if (iteration !== undefined) batch.push(iteration);
        }
        for (const iteration of batch) {
          iteration.flow
            .walk(this.#state.itemProcessor)
            .then(() => succeeded(iteration))
            .catch((error: unknown) => failed(iteration, error));
        }
      };
      const succeeded = (iteration: Iteration): void => {
        this.#succeeded(iteration);
        launch(iteration.flow.lastEvent);
        settle();
      };
      const failed = (iteration: Iteration, error: unknown): void => {
        if (error instanceof Failure) this.#failed(iteration);
        reject(error instanceof Error ? error : new Error('an iteration failed', { cause: error }));
      };
      launch(started);
      settle();
    });
  }

  #begin(index: number, previous: number): Iteration | undefined {
    const frame = this.#frames[index];
    if (frame === undefined) return undefined;
    const { flow } = this.#visit;
    const lastEvent = flow.record('MapIterationStarted', { index, name: this.#state.name }, previous);
    const mapContext = { Map: mapMember(index, frame.item ?? null) };
    const at = { lastEvent, resuming: this.#resuming, mapContext };
    const iteration = { flow: new Flow(flow.run, flow.scope.child(), frame, at), index };
    this.#running.add(iteration);
    return iteration;
  }

  #succeeded(iteration: Iteration): void {
    if (!this.#running.delete(iteration)) return;
    const details = { index: iteration.index, name: this.#state.name };
    this.#lastSucceeded = this.#visit.flow.record('MapIterationSucceeded', details, iteration.flow.lastEvent);
  }

  #failed(iteration: Iteration): void {
    // Another iteration may have failed the Map a moment before.
    if (!this.#running.delete(iteration)) return;
    const { flow } = this.#visit;
    const now = flow.run.engine.clock.now();
    this.#open.length = 0;
    // Tasks whose time is up at this very instant have timed out too, whichever timer fires first.
    for (const { flow: sibling } of this.#running) {
      if (sibling.deadline !== undefined && sibling.deadline.at <= now) sibling.deadline.expire();
    }
    const cause = iteration.flow.lastEvent;
    flow.record('MapIterationFailed', { index: iteration.index, name: this.#state.name }, cause);
    if (this.#limit > 1 && iteration.flow.current?.type === 'Task') iteration.flow.recordAbort(cause);
    for (const sibling of this.#running) {
      sibling.flow.scope.cancel();
      flow.record('MapIterationAborted', { index: sibling.index, name: this.#state.name }, cause);
      sibling.flow.recordAbort(cause);
    }
    this.#running.clear();
    flow.lastEvent = cause;
  }
}
