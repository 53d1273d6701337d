import type { MemoryTables } from '#adapters/memory/tables';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { memoryPlatform, type MemoryPlatform } from '../fixtures/memory/platform.ts';
import { machineArn } from '#local/emulation/runner-executions';
import type { DescribedExecution } from '#local/runner/runner';
import { World } from '#local/emulation/world';
import type { Json, JsonMap } from '#ports/json';
import { cellQueue } from '#ports/host-queue';
import { mapOf, plainText, textOf } from '#wire/reading';
import { WORKFLOW_FUNCTIONS } from '#local/emulation/workflow-functions';
import { ABSENT, type Difference } from './compare.ts';
import { leaveOut } from './not-compared.ts';
import type { RecordedReply } from './recorded-case.ts';

const CELL = { name: 'cell1', uuid: '11111111-1111-4111-8111-111111111111' };

/** Virtual time in which a call is answered. */
const CALL_MS = 1000;

/** Virtual time in which all that follows from a task comes to its end. */
const TASK_MS = 60_000;

/**
 * Errors which say that a record is not there, or not as it was: of most records that a request names there are none.
 */
const NOT_THERE = /^(\w+NotFound|TaskNotRunning)$/;

/**
 * A deployment without records, for requests whose databases were not recorded. Whether an answer is right is not
 * known there, but each request has to be decoded, dispatched and answered: with a result, with the error that was
 * recorded, or with Nova's error for a record that is not there. Any other refusal is a difference.
 */
export class AnswerWorld {
  readonly #platform: MemoryPlatform;
  readonly #world: World;
  readonly #sent = new Set<string>();
  /** The mappings of its cells. */
  readonly #seeds: ReturnType<MemoryTables['dump']>;

  private constructor(platform: MemoryPlatform, world: World) {
    this.#platform = platform;
    this.#world = world;
    this.#seeds = platform.tables.dump();
  }

  static async boot(): Promise<AnswerWorld> {
    const clock = new VirtualClock();
    const platform = memoryPlatform({ clock, cells: [CELL.name] });
    const booting = World.boot(platform, { cells: [CELL], hosts: [] });
    await clock.runUntil(booting, TASK_MS);
    return new AnswerWorld(platform, await booting);
  }

  /** Sends a request as it was recorded, and answers what kept it from being answered as requests are. */
  async answer(body: string, message: JsonMap, recorded: RecordedReply | undefined): Promise<Difference[]> {
    const { queues, bus, clock } = this.#platform;
    const isTask = message['namespace'] === 'compute_task';
    const queue = isTask ? 'compute-task' : cellQueue(CELL.name);
    const replies = textOf(message['_reply_q']);
    if (replies !== undefined) queues.create(replies);
    const troubles = this.#world.troubles.length;
    const before = (await this.#executions()).length;
    await bus.send(queue, { body, attributes: { sender: 'recorded' } });
    await clock.advance(isTask ? TASK_MS : CALL_MS);
    const work = (await this.#executions()).slice(before);
    const found = [
      ...this.#world.troubles.slice(troubles).map((trouble) => unexpected('trouble', String(trouble))),
      ...this.#deadLetters(queue),
      ...(queues.messages(queue).length > 0 ? [unexpected('delivery', 'it is delivered again')] : []),
      ...work.filter(({ status }) => status !== 'SUCCEEDED' && status !== 'RUNNING').map(failed),
      ...(replies === undefined ? [] : this.#judge(replies, recorded)),
    ];
    if (replies !== undefined) queues.remove(replies);
    const isRepeated = this.#sent.has(body);
    this.#sent.add(body);
    await this.#forget();
    if (!isTask || work.length > 0 || found.length > 0 || isRepeated) return found;
    return [unexpected('execution', 'none was started')];
  }

  async stop(): Promise<void> {
    await this.#world.stop();
  }

  /** Every request finds the same: what the one before it wrote is gone. */
  async #forget(): Promise<void> {
    const { tables } = this.#platform;
    for (const [table, items] of Object.entries(tables.dump()))
      for (const { pk, sk } of items) await tables.delete(table, { pk, sk });
    for (const [table, items] of Object.entries(this.#seeds)) for (const item of items) await tables.put(table, item);
  }

  #judge(replies: string, recorded: RecordedReply | undefined): Difference[] {
    const [reply] = this.#platform.queues.messages(replies);
    if (reply === undefined) return [unexpected('reply', ABSENT)];
    const failure = mapOf(parsed(mapOf(parsed(reply.body))['oslo.message']))['failure'] ?? null;
    const refused = recorded?.failure?.['class'];
    leaveOut(
      recorded === undefined
        ? 'with an answer: none was recorded'
        : 'with the content of its answer: its databases were not recorded',
    );
    if (failure === null) return refused === undefined ? [] : [{ path: 'reply', recorded: refused, ours: 'a result' }];
    const { class: name, module, message } = mapOf(parsed(failure));
    const notThere = NOT_THERE.test(plainText(name)) && plainText(module) === 'nova.exception';
    if (notThere) leaveOut('with its answer: what it names is not there');
    if (notThere || name === refused) return [];
    const ours = `${plainText(name)}: ${plainText(message)}`;
    return [{ path: 'reply.failure', recorded: refused ?? ABSENT, ours }];
  }

  #deadLetters(queue: string): Difference[] {
    const { queues } = this.#platform;
    const letters = queues.messages(`${queue}-dlq`);
    queues.remove(`${queue}-dlq`);
    queues.create(`${queue}-dlq`);
    return letters.map(({ attributes }) => unexpected('refused', attributes?.['reason'] ?? 'received too often'));
  }

  /** All executions, the oldest first. */
  async #executions(): Promise<DescribedExecution[]> {
    const { runner, services } = this.#world;
    const { deployment } = services.config;
    const lists = Object.keys(WORKFLOW_FUNCTIONS).map((workflow) =>
      runner.listExecutions({ stateMachineArn: machineArn(deployment, workflow) }),
    );
    const executions = (await Promise.all(lists)).flatMap((list) => list.executions);
    return executions.toSorted((one, other) => one.startDate.getTime() - other.startDate.getTime());
  }
}

const failed = ({ name, error, cause }: DescribedExecution): Difference =>
  unexpected('execution', `${name}: ${error ?? ''} ${cause ?? ''}`);

const unexpected = (path: string, ours: Json): Difference => ({ path, recorded: ABSENT, ours });

function parsed(text: Json | undefined): Json {
  const value: Json = typeof text === 'string' ? JSON.parse(text) : null;
  return value;
}
