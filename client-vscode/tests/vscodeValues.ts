/**
 * The values of VS Code that carry no state of a window, as much of them as the client uses. They
 * are part of the stand-in for VS Code.
 */

import { posix } from "node:path";

import type * as vscode from "vscode";

export type Listener<T> = (event: T) => unknown;

export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();

  readonly event = (listener: Listener<T>): { dispose(): void } => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };

  fire(event: T): void {
    for (const listener of this.listeners) listener(event);
  }

  dispose(): void {
    this.listeners.clear();
  }
}

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
  ) {}

  static file(path: string): Uri {
    return new Uri("file", path);
  }

  static parse(text: string): Uri {
    const { protocol, pathname } = new URL(text);
    return new Uri(protocol.slice(0, -1), decodeURIComponent(pathname));
  }

  get fsPath(): string {
    return this.path;
  }

  static joinPath(uri: Uri, ...parts: string[]): Uri {
    return new Uri(uri.scheme, posix.join(uri.path, ...parts));
  }

  static from({ scheme, path: place }: { scheme: string; path: string }): Uri {
    return new Uri(scheme, place);
  }

  toString(): string {
    return `${this.scheme}://${encodeURI(this.path)}`;
  }
}

export class RelativePattern {
  constructor(
    readonly base: Uri,
    readonly pattern: string,
  ) {}
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}

export class TreeItem {
  id: string | undefined;
  description: string | undefined;
  iconPath: ThemeIcon | undefined;
  tooltip: MarkdownString | string | undefined;
  contextValue: string | undefined;
  command: vscode.Command | undefined;
  accessibilityInformation: { label: string } | undefined;
  constructor(
    readonly label: string,
    readonly collapsibleState: number,
  ) {}
}

export class MarkdownString {
  isTrusted: unknown;
  constructor(
    public value: string,
    readonly supportThemeIcons = false,
  ) {}

  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }

  /** As VS Code does: what Markdown would take for its own is shown as it is. */
  appendText(text: string): this {
    this.value += text.replaceAll(/[\\`*_{}[\]()#+\-!~$<>|]/g, String.raw`\$&`);
    return this;
  }
}

export class CancellationError extends Error {}

export class CancellationTokenSource {
  readonly token = { isCancellationRequested: false };
  cancel(): void {
    this.token.isCancellationRequested = true;
  }
  dispose(): void {}
}

export const ProgressLocation = { Window: 10, Notification: 15 } as const;
export const QuickPickItemKind = { Separator: -1, Default: 0 } as const;
export const StatusBarAlignment = { Left: 1, Right: 2 } as const;
export const LanguageStatusSeverity = { Information: 0, Warning: 1, Error: 2 } as const;
export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 } as const;
export const UIKind = { Desktop: 1, Web: 2 } as const;
export const ExtensionMode = { Production: 1, Development: 2, Test: 3 } as const;
export const FileType = { Unknown: 0, File: 1, Directory: 2 } as const;
export const InputBoxValidationSeverity = { Info: 1, Warning: 2, Error: 3 } as const;
export const ConfigurationTarget = { Global: 1, Workspace: 2, WorkspaceFolder: 3 } as const;

/** The texts as they stand in the code, with what goes into them. */
export const l10n = {
  t: (message: string, ...values: readonly (string | number | boolean)[]): string =>
    message.replaceAll(/\{(\d+)\}/g, (place, number: string) =>
      String(values[Number(number)] ?? place),
    ),
};
