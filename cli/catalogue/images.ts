import type { Command } from 'commander';
import type { JsonMap } from '#ports/json';
import type { Item } from '#ports/tables';
import { imageItem } from '#records/images';
import { storedImage } from '#records/items/image';
import { API, imageKey } from '#records/keys';
import { answering, type Asked, type Answer, type Cli } from '#cli/output/answering';
import { columns, shown } from '#cli/output/columns';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import { wholeNumberOf } from '#cli/inventory/choosing';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { repeated } from '#cli/output/repeated';
import { factsOf, pairsOf } from './stored.ts';

export function addImageList(parent: Command, cli: Cli): void {
  answering(
    parent.command('list').description('List images of the deployment’s own tables'),
    cli,
    async ({ target }) => {
      await mustBeOwn(target);
      const rows: JsonMap[] = [];
      for await (const item of target.scan(API)) if (item.sk === 'image') rows.push(storedMetadata(item));
      return {
        data: rows,
        lines: [
          columns(
            ['id', 'name', 'status', 'size', 'min ram', 'min disk'],
            rows.map((row) => ['id', 'name', 'status', 'size', 'min_ram', 'min_disk'].map((name) => shown(row[name]))),
            'there is no image',
          ),
        ],
      };
    },
  );
}

export function addImageShow(parent: Command, cli: Cli): void {
  const command = parent.command('show').description('Show an image').argument('<image>', 'its id');
  answering(command, cli, async ({ target, args: [id = ''] }) => {
    const image = await imageNamed(target, id);
    return { data: image, lines: factsOf(image) };
  });
}

export function addImageCreate(parent: Command, cli: Cli): void {
  const command = parent
    .command('create')
    .description('Write down the metadata of an image, for deployments without Glance')
    .argument('<name>', 'its name')
    .option('--id <id>', 'as requests name it (a uuid unless given)')
    .option('--min-ram <MB>', 'least memory of a server', '0')
    .option('--min-disk <GB>', 'least root disk of a server', '0')
    .option('--property <key=value>', 'property, may be given several times', repeated);
  answering(command, cli, createImage);
}

async function createImage({ target, args: [name = ''], option, options }: Asked): Promise<Answer> {
  await mustBeOwn(target);
  const id = option('id') ?? target.ids.uuid();
  if ((await target.tables.get(API, imageKey(id))) !== undefined)
    throw new CommandFailure(`there is an image ${id} already: conductor image show ${id}`);
  const sizes = {
    min_ram: wholeNumberOf(option('minRam'), '--min-ram', 0),
    min_disk: wholeNumberOf(option('minDisk'), '--min-disk', 0),
  };
  const properties = pairsOf(options('property'), '--property');
  const image = imageItem(id, { name, status: 'active', size: 0, ...sizes, properties, deleted: false });
  await target.tables.put(API, image);
  return { data: storedMetadata(image), lines: [`image ${name} is written down as ${id}`] };
}

export function addImageDelete(parent: Command, cli: Cli): void {
  const command = parent.command('delete').description('Forget the metadata of an image').argument('<image>', 'its id');
  answering(command, cli, async ({ target, args: [id = ''] }) => {
    await imageNamed(target, id);
    await target.tables.delete(API, imageKey(id));
    return { data: { image: id, deleted: true }, lines: [`image ${id} is forgotten`] };
  });
}

async function imageNamed(target: DeploymentTarget, id: string): Promise<JsonMap> {
  await mustBeOwn(target);
  const item = await target.tables.get(API, imageKey(id));
  if (item !== undefined) return storedMetadata(item);
  throw new CommandFailure(`there is no image ${id}: conductor image list shows those there are`);
}

/** @throws CommandFailure where Glance has the images */
async function mustBeOwn(target: DeploymentTarget): Promise<void> {
  const { openstackServices } = await target.settings();
  if (openstackServices?.includes('image') !== true) return;
  throw new CommandFailure('images are those of Glance here: ask it', EXIT.usage);
}

const storedMetadata = (item: Item): JsonMap => storedImage(item).metadata;
