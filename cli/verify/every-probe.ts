import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { Clients } from '#cli/deployment/clients';
import type { Clock } from '#ports/clock';
import type { AssumptionId } from './assumptions.ts';
import { executionProbes } from './execution-probes.ts';
import { functionProbes } from './function-probes.ts';
import { errorNameOf, type Probe, type Probing } from './probing.ts';
import { priceProbes } from './price-probe.ts';
import { queueProbes } from './queue-probes.ts';
import { tableProbes } from './table-probes.ts';

type Untried = 'kms-alias-condition' | 'iam-reply-queue-policy' | 'sqs-in-flight';

/** The probe of each assumption that can be tried. */
export const everyProbe = (on: Probing): Readonly<Record<Exclude<AssumptionId, Untried>, Probe>> => ({
  ...queueProbes(on),
  ...executionProbes(on),
  ...functionProbes(on),
  ...tableProbes(on),
  ...priceProbes(on),
  'cloudwatch-search-grammar': async () => {
    const { clients, options } = on;
    const observed = {
      quoted: await searched(clients, options.clock, '"nova-conductor"'),
      bare: await searched(clients, options.clock, 'nova-conductor'),
    };
    return { holds: observed.quoted === 'none' && observed.bare !== 'none', observed };
  },
});

/** How a search of metrics of a namespace ends. */
const searched = ({ cloudwatch }: Clients, clock: Clock, namespace: string): Promise<string> =>
  errorNameOf(
    cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(clock.now() - 600_000),
        EndTime: new Date(clock.now()),
        MetricDataQueries: [
          { Id: 'found', Expression: `SEARCH('{${namespace},service} MetricName="latency"', 'Average', 300)` },
        ],
      }),
    ),
  );
