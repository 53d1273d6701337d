import { fileURLToPath } from 'node:url';
import { configurationPage } from './configuration-page.ts';
import { settlePage } from './generated-files.ts';

const PAGE = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));

settlePage(PAGE, configurationPage(), 'npm run configuration');
