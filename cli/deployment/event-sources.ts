import type { Json } from '#ports/json';
import { listOf, mapOf, textOf } from '#wire/reading';
import { sendSigned, type Credentials } from './signed-request.ts';

/** The event source of a queue: whether its function takes messages. */
export interface Intake {
  readonly uuid: string;
  readonly queueArn: string;
  /** As Lambda says: `Enabled`, `Disabled`, or on its way there. */
  readonly state: string;
}

export interface IntakeDeskOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: () => Promise<Credentials>;
  readonly now: () => number;
}

const PATH = '/2015-03-31/event-source-mappings/';

/** Event source mappings of Lambda, asked for over its REST interface. */
export class EventSources {
  readonly #options: IntakeDeskOptions;

  constructor(options: IntakeDeskOptions) {
    this.#options = options;
  }

  /** Undefined when no function consumes the queue. */
  async of(queueArn: string): Promise<Intake | undefined> {
    const url = new URL(PATH, this.#options.endpoint);
    url.searchParams.set('EventSourceArn', queueArn);
    const answer = await this.#send('GET', url);
    const [found] = listOf(mapOf(answer)['EventSourceMappings']).map(intakeOf);
    return found;
  }

  async enable(intake: Intake, enabled: boolean): Promise<Intake> {
    const url = new URL(`${PATH}${encodeURIComponent(intake.uuid)}`, this.#options.endpoint);
    return intakeOf(await this.#send('PUT', url, JSON.stringify({ Enabled: enabled })));
  }

  async #send(method: 'GET' | 'PUT', url: URL, body?: string): Promise<Json> {
    const { region, credentials, now } = this.#options;
    const content = body === undefined ? {} : { body, contentType: 'application/json' };
    const request = { service: 'lambda', region, method, url, ...content };
    const answer: Json = JSON.parse(await sendSigned(request, await credentials(), now()));
    return answer;
  }
}

function intakeOf(value: Json): Intake {
  const { UUID, EventSourceArn, State } = mapOf(value);
  return { uuid: textOf(UUID) ?? '', queueArn: textOf(EventSourceArn) ?? '', state: textOf(State) ?? 'unknown' };
}
