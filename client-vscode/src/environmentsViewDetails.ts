/** The page about an installed package: Markdown that is made when it is opened, and read only. */

import * as vscode from "vscode";

import { readableSize } from "./environmentsViewItems";
import type { Target } from "./environmentsViewTarget";
import type { PackageDetails } from "./protocol";
import type { ServerSession } from "./session";

const scheme = "pinwise-package";

export class PackagePages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly emitter = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.emitter.event;
  private readonly subscriptions: readonly vscode.Disposable[];

  constructor(private readonly session: Pick<ServerSession, "execute">) {
    this.subscriptions = [
      this.emitter,
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.texts.delete(uri.toString())),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "This package was shown by an earlier window.";
  }

  async show({ argument, environment }: Target, name: string): Promise<void> {
    const details = await this.session.execute("pinwise.showPackage", { ...argument, name });
    if (!details) {
      void vscode.window.showInformationMessage(`${name} is no longer in ${environment.label}.`);
      return;
    }
    // The name of the tab is the end of the path; the query tells environments apart.
    const uri = vscode.Uri.from({ scheme, path: `/${details.name}.md`, query: argument.prefix });
    this.texts.set(uri.toString(), packagePage(details, environment.label));
    this.emitter.fire(uri);
    await vscode.commands.executeCommand("markdown.showPreview", uri);
  }
}

/** The page as Markdown. Everything in it was written by others, and is shown as plain text. */
export function packagePage(details: PackageDetails, environment: string): string {
  const { name, version, latest, outdated, summary } = details;
  const rows = [
    row("Newer", outdated && latest !== null ? escaped(latest) : ""),
    row("Environment", escaped(environment)),
    row("Asked for", details.askedFor ? "by a line of the project" : ""),
    row("Needs", details.requires.map(escaped).join("<br>")),
    row("Needed by", details.requiredBy.map(escaped).join(", ")),
    row("Size", sizeText(details)),
    row("Licence", escaped(details.licence)),
    row("Home page", link(details.homepage)),
    row("From", escaped(details.origin)),
    row("Editable", details.editable ? "yes" : ""),
    row("Installed", installed(details)),
    row("Location", escaped(details.location)),
  ];
  return [
    `# ${escaped(name)} ${escaped(version)}`,
    escaped(summary),
    ["| | |", "|---|---|", ...rows.filter((text) => text !== "")].join("\n"),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function row(label: string, text: string): string {
  return text === "" ? "" : `| ${label} | ${text} |`;
}

function sizeText({ size, files }: PackageDetails): string {
  if (size === null) return "";
  return `${readableSize(size)} in ${files} ${files === 1 ? "file" : "files"}`;
}

function installed({ installer, installedAt }: PackageDetails): string {
  const by = installer === "" ? "" : `by ${escaped(installer)}`;
  const when = new Date(installedAt);
  if (installedAt === "" || Number.isNaN(when.getTime())) return by;
  return [by, `on ${escaped(when.toLocaleString())}`].filter((part) => part !== "").join(" ");
}

/** A link, where it is one that leads to a page: metadata may hold any address or text. */
function link(address: string): string {
  return /^https?:\/\/[^\s<>|\\]+$/.test(address) ? `<${address}>` : escaped(address);
}

/** Plain text within a line of Markdown, or a cell of its tables. */
function escaped(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .trim()
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_{}[\]()#+\-!|~$:]/g, String.raw`\$&`);
}
