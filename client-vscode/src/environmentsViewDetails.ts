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
    return (
      this.texts.get(uri.toString()) ??
      vscode.l10n.t("This package was shown by an earlier window.")
    );
  }

  async show({ argument, environment }: Target, name: string): Promise<void> {
    const details = await this.session.execute("pinwise.showPackage", { ...argument, name });
    if (!details) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t("{0} is no longer in {1}.", name, environment.label),
      );
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
    row(vscode.l10n.t("Newer"), outdated && latest !== null ? escaped(latest) : ""),
    row(vscode.l10n.t("Environment"), escaped(environment)),
    row(
      vscode.l10n.t("Asked for"),
      details.askedFor ? vscode.l10n.t("by a line of the project") : "",
    ),
    row(vscode.l10n.t("Needs"), details.requires.map(escaped).join("<br>")),
    row(vscode.l10n.t("Needed by"), details.requiredBy.map(escaped).join(", ")),
    row(vscode.l10n.t("Size"), sizeText(details)),
    row(vscode.l10n.t("Licence"), escaped(details.licence)),
    row(vscode.l10n.t("Home page"), link(details.homepage)),
    row(vscode.l10n.t("From"), escaped(details.origin)),
    row(vscode.l10n.t("Editable"), details.editable ? vscode.l10n.t("yes") : ""),
    row(vscode.l10n.t("Installed"), installed(details)),
    row(vscode.l10n.t("Location"), escaped(details.location)),
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
  return files === 1
    ? vscode.l10n.t("{0} in 1 file", readableSize(size))
    : vscode.l10n.t("{0} in {1} files", readableSize(size), files);
}

function installed({ installer, installedAt }: PackageDetails): string {
  const by = installer === "" ? "" : vscode.l10n.t("by {0}", escaped(installer));
  const when = new Date(installedAt);
  if (installedAt === "" || Number.isNaN(when.getTime())) return by;
  return [by, vscode.l10n.t("on {0}", escaped(when.toLocaleString(vscode.env.language)))]
    .filter((part) => part !== "")
    .join(" ");
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
