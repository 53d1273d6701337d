import type { Command } from 'commander';
import { TooManyInstances } from '#errors';
import { checkNumInstancesQuota } from '#operations/check-quota';
import { answering, type Answer, type Asked, type Cli } from '#cli/output/answering';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import { wholeNumberOf } from '#cli/inventory/choosing';

/** `quota check PROJECT`: how many servers of a size the project may still have. */
export function addQuotaCheck(parent: Command, cli: Cli): void {
  const command = parent
    .command('check')
    .description('How many more servers a project may have')
    .argument('<project>', 'id of the project')
    .requiredOption('--vcpus <number>', 'of one server')
    .requiredOption('--ram <MB>', 'of one server')
    .option('--user <id>', 'whose own limits count besides')
    .option('--min <number>', 'the least number that is of use', '1')
    .option('--max <number>', 'the number that is wanted', '1');
  answering(command, cli, checkQuota);
}

async function checkQuota({ target, args: [project = ''], option }: Asked): Promise<Answer> {
  const [min, max] = [wholeNumberOf(option('min'), '--min', 1), wholeNumberOf(option('max'), '--max', 1)];
  if (min > max) throw new CommandFailure(`--min ${min} is more than --max ${max}`, EXIT.usage);
  const flavor = {
    vcpus: wholeNumberOf(option('vcpus'), '--vcpus', 0),
    memory_mb: wholeNumberOf(option('ram'), '--ram', 0),
  };
  try {
    const instances = await checkNumInstancesQuota(target, (await target.settings()).quota, {
      project,
      user: option('user'),
      flavor,
      min,
      max,
    });
    return {
      data: { project, servers: instances, wanted: max },
      lines: [`${instances} of ${max} fit into the quota of ${project}`],
    };
  } catch (error) {
    if (error instanceof TooManyInstances) throw new CommandFailure(error.message);
    throw error;
  }
}
