import type { LabelField } from '@dubio/contracts';
import type { Draft } from '@/features/settings/form/draft';
import type { BodyOf, ResponseOf } from '@/lib/api/client';

export type Preview = ResponseOf<'POST /workspaces/:workspaceId/import-previews'>;
export type PreviewColumn = Preview['columns'][number];
export type ColumnRole = PreviewColumn['role'];
export type ProjectBody = BodyOf<'POST /workspaces/:workspaceId/projects'>;
export type ImportBody = BodyOf<'POST /projects/:projectId/imports'>;
export type Roles = Readonly<Record<string, ColumnRole>>;

/** A zip of pictures, as its list of files says. */
export type ZipSummary = {
  images: number;
  others: number;
  /** Last folder of the pictures' paths, and how many pictures lie in it. */
  folders: readonly { name: string; images: number; isSplit: boolean }[];
  sample: { name: string; url: string; width: number; height: number } | null;
};

/** The file that was chosen, looked into. */
export type Source =
  | { kind: 'csv' | 'jsonl'; file: File; preview: Preview; rows: number; exact: boolean }
  | { kind: 'zip'; file: File; zip: ZipSummary };

/** What the third step asks for. */
export type AnswersDraft = {
  name: string;
  question: string;
  kind: LabelField['kind'];
  choices: readonly string[];
  unit: string;
  minimum: string;
  maximum: string;
  takeAnswers: boolean;
  /** How the network learns. */
  learning: Draft;
};
