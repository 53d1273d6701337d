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
