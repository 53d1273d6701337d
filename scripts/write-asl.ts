import { fileURLToPath } from 'node:url';
import { definitionOf, STATE_MACHINES } from '#statemachines/definitions';
import { settleFiles } from './generated-files.ts';

/**
 * The state machines as JSON, for people: to read, to compare, to open in Workflow Studio. Nothing reads these files.
 */
const files = new Map(STATE_MACHINES.map((name) => [`${name}.asl.json`, definitionOf(name)]));

settleFiles(fileURLToPath(new URL('../dist/asl/', import.meta.url)), files, 'npm run asl');
