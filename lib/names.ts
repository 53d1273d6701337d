import { cellUuid } from '#ports/cell-uuid';
import { Aws } from 'aws-cdk-lib';

/** Cell that holds servers which never reached a host: it has a table and no queue. */
export const CELL0 = 'cell0';

/**
 * The fixed names of one deployment and the addresses that follow from them.
 *
 * Names are fixed because functions that complete task tokens need a grant on state machines that need a grant on
 * functions; references between the constructs would be a cycle.
 */
export class Names {
  readonly prefix: string;
  /** The account in which everything lies that is named here. */
  readonly account: string;

  /** @param account the account of the deployment @default the one that a stack is deployed to */
  constructor(deployment: string, account: string = Aws.ACCOUNT_ID) {
    this.prefix = deployment;
    this.account = account;
  }

  of(part: string): string {
    return `${this.prefix}-${part}`;
  }

  /**
   * Name of the stack that holds what must outlive the functions: `<deployment>-state-api` or
   * `<deployment>-state-cell-<cell>`.
   *
   * The word stands before the part, so that no name of a cell makes it the name of another stack.
   */
  stateStack(cell?: string): string {
    return this.of(cell === undefined ? 'state-api' : `state-${this.cell(cell).slice(this.prefix.length + 1)}`);
  }

  cell(cell: string, part?: string): string {
    return this.of(part === undefined ? `cell-${cell}` : `cell-${cell}-${part}`);
  }

  /** Name, without the deployment's prefix, of the function behind the function URL of a cell. */
  directPart(cell: string): string {
    return `cell-${cell}-object-url`;
  }

  /** The function behind the function URL of a cell, or of every cell: its alias, to which the URL belongs. */
  directFunctionArn(cell = '*'): string {
    return this.#arn('lambda', `function:${this.of(this.directPart(cell))}:live`);
  }

  /**
   * Uuid of a cell's mapping, computed from its name.
   *
   * The cell's functions are given it at deployment, before the mapping is created with the same uuid.
   */
  cellUuid(cell: string): string {
    return cellUuid(this.cell(cell));
  }

  /**
   * The role of a function of a cell that runs in another account: it has one of this name there, and acts in one of
   * this name at home.
   */
  roleArn(part: string, account: string = this.account): string {
    return `arn:${Aws.PARTITION}:iam::${account}:role/${this.of(part)}`;
  }

  /** The bucket of payloads that no queue takes; the account makes the name one of its own. */
  messageBucket(): string {
    return `${this.prefix}-messages-${this.account}`;
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

  topicArn(part: string): string {
    return this.#arn('sns', this.of(part));
  }

  /** Alias of a key, by which other stacks know it: the key's own id is known in its stack alone. */
  keyAlias(part: string): string {
    return `alias/${this.of(part)}`;
  }

  /** Every key of the account: a grant on it holds only under a condition that names an alias. */
  anyKeyArn(): string {
    return this.#arn('kms', 'key/*');
  }

  /** A secret by its name or ARN; Secrets Manager puts a dash and six characters behind a name. */
  secretArn(secret: string): string {
    if (secret.startsWith('arn:')) return secret;
    return `arn:${Aws.PARTITION}:secretsmanager:${Aws.REGION}:${this.account}:secret:${secret}-??????`;
  }

  eventBusArn(): string {
    return this.#arn('events', `event-bus/${this.prefix}`);
  }

  #arn(service: string, resource: string): string {
    return `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${this.account}:${resource}`;
  }
}
