import { basename } from 'node:path';
import type { JsonMap } from '#ports/json';
import { plainText } from '#wire/reading';
import { AnswerWorld } from './answer-world.ts';
import { backportsOf, replayBackport } from './backport-lines.ts';
import { asPublished, publishedReply, publishedRequest, type PublishedRequest } from './broker.ts';
import { ABSENT, type Difference } from './compare.ts';
import { documentedRow } from './documented.ts';
import { beginCase } from './normalise.ts';
import type { RecordedReply } from './recorded-case.ts';
import { recordedLines, stubsBeside } from './recorded-file.ts';
import { replayCase } from './replay-case.ts';
import { casesOf } from './scenario.ts';
import type { Tally } from './tally.ts';
import { replayTask } from './tasks/replay-task.ts';
import { tasksOf } from './tasks/task-scenario.ts';

/** What of a file is replayed. */
export interface ReplayOptions {
  /** Leaves the base namespace out. */
  readonly tasksOnly: boolean;
}

/** Where a case stands. */
interface Place {
  readonly test: string;
  readonly id: string;
  readonly method: string;
}

/**
 * Replays what lies in a file, whatever it is: scenarios with their databases, published messages without, backports.
 *
 * @throws Error when the file cannot be read to its end
 */
export async function replayFile(path: string, tally: Tally, options: ReplayOptions): Promise<void> {
  const file = new RecordedFile(path, tally, options);
  try {
    for await (const line of recordedLines(path)) await file.take(line);
  } finally {
    await file.end();
  }
}

class RecordedFile {
  readonly #tally: Tally;
  readonly #file: string;
  readonly #options: ReplayOptions;
  readonly #stubs: ReadonlyMap<string, readonly string[]>;
  /** Requests that a broker saw, which are replayed once all answers to them are known by the ids of their requests. */
  readonly #published: PublishedRequest[] = [];
  readonly #replies = new Map<string, RecordedReply>();
  /** The lines of the scenario at hand. */
  #scenario: JsonMap[] = [];
  /** Booted with the first request that has no databases. */
  #unstored: AnswerWorld | undefined;

  constructor(path: string, tally: Tally, options: ReplayOptions) {
    this.#file = basename(path);
    this.#stubs = stubsBeside(path);
    this.#tally = tally;
    this.#options = options;
  }

  async take(line: JsonMap): Promise<void> {
    if (Array.isArray(line['cases'])) return this.#backports(line);
    if (line['kind'] === 'publish') return this.#seen(line);
    const [first] = this.#scenario;
    if (first !== undefined && first['test'] !== line['test']) await this.#flush();
    this.#scenario.push(line);
    if (line['kind'] === 'test_end') await this.#flush();
  }

  async end(): Promise<void> {
    await this.#flush();
    for (const request of this.#published) {
      const { _unique_id: id = '', _msg_id: asked = '' } = request.message;
      const at = { test: '', id: plainText(id), method: request.name };
      await this.#answered(at, request, this.#replies.get(plainText(asked)));
    }
    await this.#forsake();
  }

  async #backports(line: JsonMap): Promise<void> {
    for (const backport of backportsOf(line)) {
      const at = { test: backport.label, id: '', method: `backport.${backport.object}` };
      await this.#case(at, async () => replayBackport(backport));
    }
  }

  #seen(line: JsonMap): void {
    const request = publishedRequest(line);
    if (request !== undefined) this.#published.push(request);
    const answer = publishedReply(line);
    if (answer !== undefined) this.#replies.set(answer.to, answer.reply);
  }

  async #flush(): Promise<void> {
    const lines = this.#scenario;
    this.#scenario = [];
    const test = plainText(lines[0]?.['test'] ?? '');
    const stubs = this.#stubs.get(test) ?? [];
    for (const each of this.#options.tasksOnly ? [] : casesOf(lines, stubs)) {
      if (each.kind === 'unstored')
        await this.#answered({ test, id: '', method: each.name }, asPublished(each.message), each.reply);
      else {
        const { id } = each.recorded;
        await this.#case({ test, id, method: each.name }, () => replayCase(each.recorded));
      }
    }
    for (const each of tasksOf(lines, stubs)) {
      if (each.kind === 'unsupported') this.#tally.refused(each.name, each.reason);
      else if (each.kind === 'unstored')
        await this.#answered({ test, id: '', method: each.name }, asPublished(each.message), each.reply);
      else {
        const at = { test, id: each.recorded.id, method: each.name };
        await this.#case(at, () => replayTask(each.recorded));
      }
    }
  }

  async #answered(at: Place, { body, message }: PublishedRequest, reply: RecordedReply | undefined): Promise<void> {
    const isTask = message['namespace'] === 'compute_task';
    if (this.#options.tasksOnly && !isTask) return;
    await this.#case(at, async () => {
      const world = (this.#unstored ??= await AnswerWorld.boot());
      const differences = await world.answer(body, message, reply);
      if (differences.length > 0) await this.#forsake();
      return differences;
    });
  }

  /** A world in which a request went wrong serves no others. */
  async #forsake(): Promise<void> {
    const world = this.#unstored;
    this.#unstored = undefined;
    await world?.stop();
  }

  async #case(at: Place, replay: () => Promise<Difference[]>): Promise<void> {
    beginCase();
    const differences = await orCrash(replay);
    this.#tally.replayed({ file: this.#file, ...at }, differences, documentedRow(at, differences));
  }
}

/** A replay that breaks down is a difference of its case, and the others go on. */
async function orCrash(replay: () => Promise<Difference[]>): Promise<Difference[]> {
  try {
    return await replay();
  } catch (error) {
    return [{ path: 'crash', recorded: ABSENT, ours: error instanceof Error ? (error.stack ?? '') : String(error) }];
  }
}
