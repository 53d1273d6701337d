import { AsyncLocalStorage } from 'node:async_hooks';
import type { Platform } from '#local/emulation/world';
import type { DirectCalls } from '#ports/direct-calls';
import type { Executions } from '#ports/executions';
import type { Services } from '#ports/services';
import type { BuildWorldOptions } from '../fixtures/build-world.ts';
import {
  ACCOUNT,
  awsRequests,
  DEPLOYMENT,
  directRequests,
  queueArn,
  REGION,
  type AwsRequest,
  type Note,
} from './aws-requests.ts';
import type { DeployedPolicies } from './template-policies.ts';
import { isAllowed } from './verdicts.ts';

/** What AWS answers to a request that no policy allows. */
class AccessDenied extends Error {
  override readonly name = 'AccessDeniedException';
}

/** A distinct request of a role, and what IAM says to it. */
export interface Noted {
  readonly role: string;
  readonly request: AwsRequest;
  readonly allowed: boolean;
}

/** The deployed function behind a queue, or behind the function URL of a cell. */
const behind = (queue: string): string => {
  if (queue === 'compute-task') return `${DEPLOYMENT}-task-rpc`;
  return `${DEPLOYMENT}-${queue.replace(/conductor$/u, 'object-rpc').replace(/url$/u, 'object-url')}`;
};

/**
 * Runs functions in the roles that the templates give them: what a role may not do fails as it does in an account, and
 * every distinct request is noted. What runs in no role is the test's own, or an operator's, and may do anything.
 */
export class ActingRoles {
  readonly #policies: DeployedPolicies;
  readonly #current = new AsyncLocalStorage<string>();
  readonly #noted = new Map<string, Noted>();

  constructor(policies: DeployedPolicies) {
    this.#policies = policies;
  }

  get noted(): readonly Noted[] {
    return [...this.#noted.values()];
  }

  /** Runs something in the role of a function. */
  as<T>(role: string, run: () => Promise<T>): Promise<T> {
    return this.#current.run(role, async () => {
      const logs = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/lambda/${role}:log-stream:any`;
      this.#note('logs:CreateLogStream', logs);
      this.#note('logs:PutLogEvents', logs);
      return run();
    });
  }

  /** Stands between the state machines and their functions. */
  readonly around: NonNullable<BuildWorldOptions['around']> = (run, _event, [arn]) =>
    this.as(arn.split(':').at(-1) ?? '', run);

  /** The setting up of a world whose functions act in their roles. */
  readonly setUp = (options: BuildWorldOptions): BuildWorldOptions => ({
    ...options,
    reloads: true,
    around: (run, event, invoked) => this.around(() => options.around?.(run, event, invoked) ?? run(), event, invoked),
    aroundBatch: (run, queue) =>
      this.as(queue === 'schedule' ? `${DEPLOYMENT}-reconciler` : behind(queue), () => {
        if (queue !== 'schedule' && !queue.endsWith('-url')) this.#receive(queue);
        return options.aroundBatch?.(run, queue) ?? run();
      }),
    adapters: (plain) => {
      const guarded = this.adapters(plain);
      return options.adapters?.(guarded) ?? guarded;
    },
    adapt: (services) => {
      const adapted: Services = {
        ...services,
        executions: this.executions(services.executions),
        ...(services.directCalls === undefined ? {} : { directCalls: this.#direct(services.directCalls) }),
      };
      return options.adapt?.(adapted) ?? adapted;
    },
  });

  /** The adapters of a platform, which ask IAM before they do anything. */
  adapters(plain: Platform['adapters']): Platform['adapters'] {
    const { tables, queues, blobs, notifier, sealer } = awsRequests(this.#note);
    // What is sent may be too long for a message: whoever sends must be able to store it. The reconciler sends pulses and
    // orders to end a guest, which are short.
    const send = (queue: string): void => {
      queues.send(queue, { body: '' });
      const short = queue.endsWith('conductor') || this.#current.getStore() === `${DEPLOYMENT}-reconciler`;
      if (!short) blobs.put(`${plain.blobs.prefix}${queue}/0f`, '');
    };
    return {
      ...plain,
      tables: asking(plain.tables, tables),
      queues: asking(plain.queues, { ...queues, send, sendBatch: send }),
      blobs: asking(plain.blobs, blobs),
      notifier: asking(plain.notifier, notifier),
      sealer: asking(plain.sealer, sealer),
    };
  }

  #direct(plain: DirectCalls): DirectCalls {
    return asking(plain, directRequests(this.#note));
  }

  executions(plain: Executions): Executions {
    return asking(plain, awsRequests(this.#note).executions);
  }

  /** Lambda takes messages from a queue in the name of the function behind it. */
  #receive(queue: string): void {
    for (const action of ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'])
      this.#note(`sqs:${action}`, queueArn(queue));
    this.#note('kms:Decrypt', `arn:aws:kms:${REGION}:${ACCOUNT}:key/any`, {
      'kms:ResourceAliases': [`alias/${DEPLOYMENT}-data`],
    });
  }

  readonly #note: Note = (action, resource, context) => {
    const role = this.#current.getStore();
    if (role !== undefined) this.note(role, action, resource, context);
  };

  /** A request of a role. @throws AccessDenied when no policy allows it */
  note(role: string, action: string, resource: string, context: AwsRequest['context'] = {}): void {
    const request = { action, resource, context };
    const key = JSON.stringify([role, request]);
    let noted = this.#noted.get(key);
    if (noted === undefined) {
      noted = { role, request, allowed: isAllowed(this.#policies, role, request) };
      this.#noted.set(key, noted);
    }
    if (!noted.allowed) throw new AccessDenied(`${role} is not authorized to perform ${action} on ${resource}`);
  }
}

/** The same port, which makes its requests of IAM first. */
function asking<P extends object>(port: P, requests: object): P {
  return new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      const ask: unknown = Reflect.get(requests, name, requests);
      if (typeof member !== 'function') return member;
      if (typeof ask !== 'function') return member.bind(target);
      return async (...args: readonly unknown[]): Promise<unknown> => {
        Reflect.apply(ask, requests, args);
        return Reflect.apply(member, target, args);
      };
    },
  });
}
