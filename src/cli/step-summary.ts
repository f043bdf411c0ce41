/** The summary page of a GitHub Actions job, where there is one. */

import { appendFile } from 'node:fs/promises';

/** Appends what `render` gives to the file that `$GITHUB_STEP_SUMMARY` names; elsewhere nothing is rendered. */
export async function addToStepSummary(render: () => Promise<string> | string): Promise<void> {
  const file = process.env['GITHUB_STEP_SUMMARY'];
  if (file !== undefined && file !== '') await appendFile(file, `${await render()}\n`);
}
