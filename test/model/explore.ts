import { createHash } from 'node:crypto';
import { TableThrottled } from '#ports/tables';

/** What an actor is about to do, in one step that nobody can come between. */
interface Turn {
  readonly name: string;
  readonly enabled: () => boolean;
  /** A call that may be turned away, or whose answer may be lost. */
  readonly mayFail: boolean;
  readonly run: () => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type How = 'does' | 'is turned away' | 'loses the answer';

/** One step: whose, and how it goes. */
export interface Choice {
  readonly actor: number;
  readonly how: How;
}

/** Somebody at work, whose every call waits until it is given its turn. */
export class Actor {
  readonly name: string;
  readonly pending: Turn[] = [];
  /** All that it has heard: what it does next follows from nothing else. */
  heard = '';
  done = false;
  failed: string | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** A call, made once it is this actor's turn. */
  call(name: string, run: () => Promise<unknown>): Promise<unknown> {
    return this.#turn({ name, enabled: () => true, mayFail: true, run });
  }

  /** Waits until something holds. */
  async until(name: string, holds: () => boolean): Promise<void> {
    await this.#turn({ name, enabled: holds, mayFail: false, run: () => Promise.resolve() });
  }

  #turn(turn: Omit<Turn, 'resolve' | 'reject'>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.pending.push({ ...turn, resolve, reject });
    });
  }
}

/** Microtasks that an actor may take between two of its calls. */
const MOST_TURNS = 2000;

/** The actors of one play, and the faults that are left for it. */
export class Schedule {
  readonly actors: Actor[] = [];
  #faults: number;

  constructor(faults: number) {
    this.#faults = faults;
  }

  /** Adds an actor, which runs until its first call. */
  actor(name: string, body: (actor: Actor) => Promise<void>): void {
    const actor = new Actor(name);
    this.actors.push(actor);
    void this.#run(actor, body);
  }

  async #run(actor: Actor, body: (actor: Actor) => Promise<void>): Promise<void> {
    try {
      await body(actor);
    } catch (error) {
      actor.failed = describeError(error);
    }
    actor.done = true;
  }

  /** Every actor goes on until it waits for its turn, or has come to its end. */
  async settle(): Promise<void> {
    for (const actor of this.actors)
      for (let passed = 0; actor.pending.length === 0 && !actor.done; passed += 1) {
        if (passed > MOST_TURNS) throw new Error(`${actor.name} neither calls nor ends`);
        await Promise.resolve();
      }
  }

  /** What may happen next. */
  get choices(): Choice[] {
    return this.actors.flatMap(({ pending: [turn] }, actor): Choice[] => {
      if (turn === undefined || !turn.enabled()) return [];
      const does: Choice = { actor, how: 'does' };
      if (this.#faults === 0 || !turn.mayFail) return [does];
      return [does, { actor, how: 'is turned away' }, { actor, how: 'loses the answer' }];
    });
  }

  async step({ actor: at, how }: Choice): Promise<string> {
    const actor = this.actors[at];
    const turn = actor?.pending.shift();
    if (actor === undefined || turn === undefined) throw new Error('nobody waits for this turn');
    const step = `${actor.name} ${how} ${turn.name}`;
    if (how !== 'does') this.#faults -= 1;
    try {
      const answer = how === 'is turned away' ? undefined : await turn.run();
      if (how !== 'does') throw new TableThrottled(how);
      actor.heard = digest(`${actor.heard}${step}${JSON.stringify(answer)}`);
      turn.resolve(answer);
    } catch (error) {
      actor.heard = digest(`${actor.heard}${step}${describeError(error)}`);
      turn.reject(error);
    }
    await this.settle();
    return step;
  }

  /** All that distinguishes this moment from another. */
  get state(): string {
    const actors = this.actors.map(({ heard, done, pending }) => [heard, done, pending[0]?.enabled() ?? null]);
    return JSON.stringify([this.#faults, actors]);
  }
}

const describeError = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : 'an error';

const digest = (text: string): string => createHash('sha1').update(text).digest('base64');

/** A play in progress. */
export interface Model {
  /** What everybody shares. */
  state(): string;
  /** What must hold at any moment; one line for each thing that does not. */
  always(): string[];
  /** What must hold in the end. */
  inTheEnd(): string[];
}

/** What came of all plays. */
export interface Explored {
  readonly states: number;
  /** Every state was reached within the limit. */
  readonly complete: boolean;
  /** The first thing that did not hold, and how it came to it. */
  readonly broken: { readonly what: readonly string[]; readonly trace: readonly string[] } | undefined;
}

/**
 * Plays a model in every order of its actors' calls, with so many faults at any of them: depth first, each play from
 * its beginning, none on from a state that was seen before.
 */
export async function explore(
  make: (schedule: Schedule) => Promise<Model>,
  { faults, states }: { readonly faults: number; readonly states: number },
): Promise<Explored> {
  const seen = new Set<string>();
  const open: Choice[][] = [[]];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.size > states) return { states: seen.size, complete: false, broken: undefined };
    const schedule = new Schedule(faults);
    const model = await make(schedule);
    await schedule.settle();
    const trace: string[] = [];
    const taken: Choice[] = [];
    const take = async (choice: Choice): Promise<void> => {
      taken.push(choice);
      trace.push(await schedule.step(choice));
    };
    for (const choice of path) await take(choice);
    for (;;) {
      const { choices } = schedule;
      const what = [...model.always(), ...(choices.length === 0 ? [...stuck(schedule), ...model.inTheEnd()] : [])];
      if (what.length > 0) return { states: seen.size, complete: true, broken: { what, trace } };
      const state = digest(model.state() + schedule.state);
      const [first, ...others] = choices;
      if (first === undefined || seen.has(state)) break;
      seen.add(state);
      for (const choice of others) open.push([...taken, choice]);
      await take(first);
    }
  }
  return { states: seen.size, complete: true, broken: undefined };
}

const stuck = ({ actors }: Schedule): string[] =>
  actors.flatMap(({ name, done, failed, pending }) => {
    if (failed !== undefined) return [`${name} failed with ${failed}`];
    return done ? [] : [`${name} waits for ever: ${pending[0]?.name ?? 'for nothing'}`];
  });
