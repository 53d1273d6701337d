import {
  GetFunctionConfigurationCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
  type EventSourceMappingConfiguration,
  type LambdaClient,
} from '@aws-sdk/client-lambda';

/** The event source of a queue: whether its function takes messages. */
export interface Intake {
  readonly uuid: string;
  readonly queueArn: string;
  /** As Lambda says: `Enabled`, `Disabled`, or on its way there. */
  readonly state: string;
}

/** Event source mappings of Lambda. */
export class EventSources {
  readonly #client: LambdaClient;

  constructor(client: LambdaClient) {
    this.#client = client;
  }

  /** Undefined when no function consumes the queue. */
  async of(queueArn: string): Promise<Intake | undefined> {
    const command = new ListEventSourceMappingsCommand({ EventSourceArn: queueArn });
    const { EventSourceMappings: [found] = [] } = await this.#client.send(command);
    return found && intakeOf(found);
  }

  /** Name of the role under which the function of a queue runs; undefined when no function consumes the queue. */
  async roleOf(queueArn: string): Promise<string | undefined> {
    const command = new ListEventSourceMappingsCommand({ EventSourceArn: queueArn });
    const { EventSourceMappings: [found] = [] } = await this.#client.send(command);
    if (found?.FunctionArn === undefined) return undefined;
    const { Role } = await this.#client.send(new GetFunctionConfigurationCommand({ FunctionName: found.FunctionArn }));
    return Role?.split('/').at(-1);
  }

  async enable(intake: Intake, enabled: boolean): Promise<Intake> {
    return intakeOf(
      await this.#client.send(new UpdateEventSourceMappingCommand({ UUID: intake.uuid, Enabled: enabled })),
    );
  }
}

const intakeOf = ({ UUID, EventSourceArn, State }: EventSourceMappingConfiguration): Intake => ({
  uuid: UUID ?? '',
  queueArn: EventSourceArn ?? '',
  state: State ?? 'unknown',
});
