import type { WireObject } from '#ports/json';
import * as request from '#servers/build-command';
import type { BuildCommand } from './demo-world.ts';
import type { DemoFlavor } from './flavors.ts';

/** The message by which an API has the demo's servers built. */
export const buildCommand = (ports: Parameters<typeof request.buildCommand>[0], wanted: request.Wanted): BuildCommand =>
  request.buildCommand(ports, wanted);

/** A flavor of the demo as it travels. */
export const flavorObject = (flavor: DemoFlavor, created: string): WireObject => request.flavorObject(flavor, created);
