import { PAYLOAD_LIMIT, parseJson, type Json } from './json.ts';
import { ServiceError } from './service-error.ts';

/** A Task that waits for somebody to bring its token back. */
export interface WaitingTask {
  succeed(output: Json): void;
  fail(error: string | undefined, cause: string | undefined): void;
  heartbeat(): void;
}

const TOKEN = /^task-token (\d+) of (.+)$/;

/** The tokens that were given out, and the tasks that still wait for theirs. */
export class TaskTokens {
  #issued: number;
  readonly #waiting = new Map<string, WaitingTask>();

  /** @param issued the number of the last token that was given out before */
  constructor(issued = 0) {
    this.#issued = issued;
  }

  /** Unique within this runner, and opaque to everybody else. */
  issue(executionArn: string): string {
    this.#issued += 1;
    return Buffer.from(`task-token ${this.#issued} of ${executionArn}`).toString('base64');
  }

  wait(token: string, task: WaitingTask): void {
    this.#waiting.set(token, task);
  }

  forget(token: string): void {
    this.#waiting.delete(token);
  }

  /**
   * A token serves once: settled, timed out or overtaken by its execution's end, it answers TaskTimedOut.
   *
   * @throws ServiceError InvalidToken, TaskDoesNotExist (never given out here), TaskTimedOut
   */
  find(token: string): WaitingTask {
    const waiting = this.#waiting.get(token);
    if (waiting !== undefined) return waiting;
    const number = TOKEN.exec(Buffer.from(token, 'base64').toString())?.[1];
    if (number === undefined) throw new ServiceError('InvalidToken', `Invalid Token: '${token}'`);
    if (Number(number) > this.#issued) {
      throw new ServiceError('TaskDoesNotExist', "Task does not exist: 'Provided task does not exist'");
    }
    throw new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  }

  /** @throws ServiceError as find, and InvalidOutput */
  succeed(token: string, outputText: string): void {
    const output = Buffer.byteLength(outputText) > PAYLOAD_LIMIT ? undefined : parseJson(outputText);
    if (output === undefined) throw new ServiceError('InvalidOutput', "Invalid Output: 'Invalid token output.'");
    this.find(token).succeed(output);
  }
}
