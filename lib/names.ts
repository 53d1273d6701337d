import { cellUuid } from '#ports/cell-uuid';
import { Aws } from 'aws-cdk-lib';

/** Cell that holds servers which never reached a host: it has a table and no queue. */
export const CELL0 = 'cell0';

const DEPLOYMENT = /^[a-z][a-z0-9-]{1,30}$/u;
const CELL = /^[a-z][a-z0-9-]{0,30}$/u;

/**
 * The fixed names of one deployment and the addresses that follow from them.
 *
 * Names are fixed because functions that complete task tokens need a grant on state machines that need a grant on
 * functions; references between the constructs would be a cycle.
 */
export class Names {
  readonly prefix: string;

  constructor(deployment: string) {
    if (!DEPLOYMENT.test(deployment)) {
      throw new Error(`deployment "${deployment}" is not a lower-case name of 2 to 31 characters: set it in cdk.json`);
    }
    this.prefix = deployment;
  }

  of(part: string): string {
    return `${this.prefix}-${part}`;
  }

  /** @throws Error when the cell's name could not stand in the names of queues and tables. */
  cell(cell: string, part?: string): string {
    if (!CELL.test(cell)) {
      throw new Error(`cell "${cell}" is not a lower-case name of at most 31 characters: rename it in cdk.json`);
    }
    return this.of(part === undefined ? `cell-${cell}` : `cell-${cell}-${part}`);
  }

  /**
   * Uuid of a cell's mapping, computed from its name.
   *
   * The cell's functions are told it at deployment, before the mapping is created with the same uuid.
   */
  cellUuid(cell: string): string {
    return cellUuid(this.cell(cell));
  }

  /** The bucket of payloads that no queue takes; the account makes the name one of its own. */
  messageBucket(): string {
    return `${this.prefix}-messages-${Aws.ACCOUNT_ID}`;
  }

  messageBucketArn(): string {
    return `arn:${Aws.PARTITION}:s3:::${this.messageBucket()}`;
  }

  /** Payloads of messages to a queue, or of every queue of the deployment. */
  payloadArn(queue?: string): string {
    return `${this.messageBucketArn()}/${this.prefix}/${queue === undefined ? '*' : `${queue}/*`}`;
  }

  tableArn(part: string): string {
    return this.#arn('dynamodb', `table/${this.of(part)}`);
  }

  queueArn(part: string): string {
    return this.#arn('sqs', this.of(part));
  }

  stateMachineArn(workflow: string): string {
    return this.#arn('states', `stateMachine:${this.of(workflow)}`);
  }

  executionArn(workflow: string): string {
    return this.#arn('states', `execution:${this.of(workflow)}:*`);
  }

  eventBusArn(): string {
    return this.#arn('events', `event-bus/${this.prefix}`);
  }

  #arn(service: string, resource: string): string {
    return `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;
  }
}
