import type { Json, JsonMap } from '#ports/json';
import type { Change, SqlState } from '../sql-state.ts';

/** A request of the `compute_task` namespace with everything that its replay needs. */
export interface RecordedTask {
  readonly test: string;
  readonly id: string;
  readonly method: string;
  /** The message as it was sent, made a cast where the test made a call of it. */
  readonly message: JsonMap;
  /** What a caller was answered; undefined for a cast. */
  readonly reply: Outcome | undefined;
  /** The error that left the method, known even where no caller gets it. */
  readonly failure: JsonMap | null;
  /** The databases when it was received. */
  readonly before: SqlState;
  readonly steps: readonly Step[];
  /** Parts of Nova that the scenario replaces. */
  readonly replaced: readonly string[];
  /** Instances that other requests saved meanwhile, as they were sent. */
  readonly savedByOthers: readonly JsonMap[];
  /** Epoch milliseconds when it was received and when it had ended, as near as the recording has it. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** How a call ended. */
export interface Outcome {
  readonly result: Json;
  /** oslo.messaging's form of an exception. */
  readonly failure: JsonMap | null;
}

/** A change of the databases while the task ran. */
interface DatabaseStep {
  readonly kind: 'db';
  /** Whether the task itself made it, the API, whoever the task waited for, or some other request that was open. */
  readonly by: 'conductor' | 'api' | 'asked' | 'others';
  readonly change: Change;
}

/** A message that the task sent. */
export interface SentStep {
  readonly kind: 'sent';
  readonly call: boolean;
  readonly topic: string;
  readonly host: string | null;
  readonly method: string;
  readonly version: string;
  readonly args: JsonMap;
  /** `_context_*` keys without the prefix. */
  readonly context: JsonMap;
  /** What a call was answered. */
  readonly outcome: Outcome | undefined;
}

/** A message of ours, as the recording has one of Nova's. */
export type SentMessage = Omit<SentStep, 'kind' | 'outcome'>;

/** The moment at which a call of the task was answered. */
interface AnsweredStep {
  readonly kind: 'answered';
  readonly call: SentStep;
}

/** A request to Placement. */
export interface HttpStep {
  readonly kind: 'http';
  readonly verb: string;
  readonly url: string;
  readonly body: Json;
  readonly status: number;
  readonly response: Json;
}

/** A call into Nova's own client of another service. */
export interface ServiceStep {
  readonly kind: 'service';
  readonly service: string;
  readonly method: string;
  readonly args: readonly Json[];
  readonly kwargs: JsonMap;
  readonly result: Json;
  readonly exception: Json;
}

/** An event for the notification bus. */
export interface NotificationStep {
  readonly kind: 'notification';
  readonly versioned: boolean;
  readonly message: JsonMap;
}

export type Step = DatabaseStep | SentStep | AnsweredStep | HttpStep | ServiceStep | NotificationStep;
