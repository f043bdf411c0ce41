/** Writes and reads the directory of a campaign: `<store>/<system>/campaign-<time>/`. */

import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UsageError } from '../errors.ts';
import { campaignFiles, type CampaignRecord, type CampaignTiming, type SeedResult } from './campaign.ts';
import { codeOf, storeError } from './failure.ts';
import { fileName, timeName } from './layout.ts';
import { writeAtomically } from './write.ts';

export async function createCampaignDirectory(store: string, system: string, startedAt: Date): Promise<string> {
  const directory = join(store, fileName(system), `campaign-${timeName(startedAt)}`);
  try {
    await mkdir(directory, { recursive: true });
  } catch (thrown) {
    throw storeError('create the directory', directory, thrown);
  }
  return directory;
}

export function campaignFile(directory: string, file: keyof typeof campaignFiles): string {
  return join(directory, campaignFiles[file]);
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export function writeCampaign(directory: string, record: CampaignRecord): Promise<void> {
  return writeAtomically(campaignFile(directory, 'campaign'), json(record));
}

export function writeTiming(directory: string, timing: CampaignTiming): Promise<void> {
  return writeAtomically(campaignFile(directory, 'timing'), json(timing));
}

const lineOf = (result: SeedResult): string => `${JSON.stringify(result)}\n`;

/** Adds results in the order in which they came; a crash loses at most the last line. */
export async function addResults(directory: string, results: readonly SeedResult[]): Promise<void> {
  const path = campaignFile(directory, 'results');
  await appendFile(path, results.map(lineOf).join('')).catch((thrown: unknown) => {
    throw storeError('write', path, thrown);
  });
}

/** Puts all results there in the order of their seeds, so that the same campaign leaves the same bytes. */
export function writeResults(directory: string, results: readonly SeedResult[]): Promise<void> {
  const sorted = results.toSorted((a, b) => a.seed - b.seed);
  return writeAtomically(campaignFile(directory, 'results'), sorted.map(lineOf).join(''));
}

/** What is there of an earlier sitting. */
export interface ReadCampaign {
  readonly record: CampaignRecord;
  readonly timing: CampaignTiming | null;
  readonly results: readonly SeedResult[];
}

/** A last line that was cut off is left out. Throws a UsageError for no campaign. */
export async function readCampaign(directory: string): Promise<ReadCampaign> {
  const path = campaignFile(directory, 'campaign');
  let record: CampaignRecord;
  try {
    record = JSON.parse(await readFile(path, 'utf8')) as CampaignRecord;
  } catch (thrown) {
    throw new UsageError(`no campaign in ${directory}: ${messageOf(thrown)}`);
  }
  const results = (await textOf(campaignFile(directory, 'results'))).split('\n').flatMap((line): SeedResult[] => {
    try {
      return line === '' ? [] : [JSON.parse(line) as SeedResult];
    } catch {
      return [];
    }
  });
  const timing = await textOf(campaignFile(directory, 'timing'));
  return { record, timing: timing === '' ? null : (JSON.parse(timing) as CampaignTiming), results };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return '';
    throw storeError('read', path, thrown);
  }
}
