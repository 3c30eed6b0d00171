"""``callboard`` and its commands. Results on stdout, progress and logs on stderr."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import platform
import sys
import traceback
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from callboard import __version__, apis, resources
from callboard.catalog import check as checking
from callboard.catalog import explain as explaining
from callboard.cli import building, init, preview, serve
from callboard.cli.console import Display, open_display, say
from callboard.config import Config, ConfigError, load
from callboard.config.model import CatalogConfig
from callboard.diagnostics import CallboardError, GuardError, Report, Severity
from callboard.model import routes

EXIT_PROBLEMS, EXIT_USAGE, EXIT_BUG, EXIT_GUARD, EXIT_INTERRUPTED = 1, 2, 3, 4, 130
CONFIG_FILE = "site_config.yml"

_config_option = click.option(
    "--config", "config_file", type=click.Path(path_type=Path), default=CONFIG_FILE, show_default=True, help="The configuration file."
)
_output_option = click.option("--output", type=click.Path(path_type=Path), help="The folder to write to, instead of the configured one.")
_state_option = click.option("--state", type=click.Path(path_type=Path), help="The folder that is kept between builds.")
_port_option = click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port on 127.0.0.1; 0 takes a free one."
)
_trusted_option = click.option("--trusted", is_flag=True, help="Build also where nothing can confine it: for documentation of your own.")
_jobs_option = click.option("--jobs", type=click.IntRange(1), default=None, help="How much is done at once; by default a job a core.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="callboard", message="%(prog)s %(version)s")
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", help="How progress is written to stderr.")
@click.pass_context
def cli(context: click.Context, log_format: str) -> None:
    """A static developer portal, compiled from your repositories."""
    context.obj = log_format


def _load(file: Path) -> Config:
    """The configuration, or every problem of it on stderr and exit code 2."""
    report = Report()
    try:
        return load(file, environ=os.environ, report=report)
    except ConfigError as error:
        for problem in report:
            say(str(problem), err=True)
        raise click.exceptions.Exit(EXIT_USAGE) from error


def _tell(outcome: building.Outcome, text: str, log_format: str) -> None:
    """The result of a build, in the form that was asked for."""
    click.echo(outcome.json()) if log_format == "json" else say(text)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _run(
    config: Config, log_format: str, *, output: Path | None, state: Path | None, jobs: int | None, strict: bool, only: str = ""
) -> building.Outcome:
    display = open_display(sys.stderr, log_format=log_format, environ=os.environ)
    try:
        outcome = building.run(
            config,
            output=output or config.folder / config.output,
            state=state or config.folder / config.state,
            jobs=jobs or _cores(),
            environ=os.environ,
            display=display,
            only=only,
        )
    finally:
        display.close()
    _tell(outcome, outcome.text(), log_format)
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(summary, "a", encoding="utf-8") as file:
            file.write(outcome.markdown())
    if strict and outcome.worst >= Severity.WARNING:
        raise click.exceptions.Exit(EXIT_PROBLEMS)
    return outcome


@cli.command()
@_config_option
@_output_option
@_state_option
@_jobs_option
@click.option("--strict", is_flag=True, help="Exit with 1 if there is any problem but notes.")
@click.option("--only", metavar="REPOSITORY", default="", help="Read this one repository; the others are taken from the last build.")
@click.option("--with-style-page", is_flag=True, help="Add health/style/, which shows every part of the theme in every state.")
@click.pass_obj
def build(
    log_format: str, config_file: Path, output: Path | None, state: Path | None, jobs: int | None, strict: bool, only: str, with_style_page: bool
) -> None:
    """Read the sources and write the portal."""
    config = _load(config_file)
    if with_style_page:
        config = dataclasses.replace(config, site=dataclasses.replace(config.site, style_page=True))
    _run(config, log_format, output=output, state=state, jobs=jobs, strict=strict, only=only)


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path), default="callboard-demo")
@_state_option
@_jobs_option
@click.pass_obj
def demo(log_format: str, folder: Path, state: Path | None, jobs: int | None) -> None:
    """Build the portal of the demo organisation into FOLDER, without a token or a network."""
    config = _load(resources.demo_config())
    kept = state or folder.parent / f".{folder.name}.state"
    _run(config, log_format, output=folder, state=kept, jobs=jobs, strict=False)
    say(f"open {(folder / 'index.html').resolve().as_uri()}", err=True)


@cli.command("serve")
@_config_option
@_output_option
@_state_option
@_port_option
@click.option("--no-build", is_flag=True, help="Serve what is there, without building.")
@click.pass_obj
def serve_command(
    log_format: str, config_file: Path, output: Path | None, state: Path | None, port: int, no_build: bool
) -> None:
    """Serve the portal on this machine, and build it again when a file of a folder source changes."""
    config = _load(config_file)
    target = output or config.folder / config.output

    def rebuild() -> bool:
        try:
            return _run(_load(config_file), log_format, output=target, state=state, jobs=None, strict=False).is_new
        except (CallboardError, click.exceptions.Exit) as error:
            if isinstance(error, CallboardError):
                say(f"error: {error}", err=True)
            return False

    serve.serve(
        target,
        port=port,
        watched=() if no_build else serve.watched_paths(config),
        rebuild=None if no_build else rebuild,
        say=lambda line: say(line, err=True),
        serving=lambda address: say(f"serving {target} at {address} (Ctrl-C stops)", err=True),
    )


@cli.group("docs")
def docs_group() -> None:
    """Show one repository's documentation as a portal will, before it is published."""


_path_argument = click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")


def _look(build: Callable[[Display], preview.Looked], log_format: str) -> preview.Looked:
    display = open_display(sys.stderr, log_format=log_format, environ=os.environ, passing=True)
    try:
        return build(display)
    finally:
        display.close()


@docs_group.command("build")
@_path_argument
@click.option("--output", type=click.Path(path_type=Path), default="site", show_default=True, help="The folder to write to.")
@click.option("--strict", is_flag=True, help="Exit with 1 for a warning too.")
@_trusted_option
@click.pass_obj
def docs_build(log_format: str, path: Path, output: Path, strict: bool, trusted: bool) -> None:
    """Write the documentation of the folder PATH into a site of its own. Exits with 1 if there is an error."""
    with _previewer(path, state=preview.state_of(path, os.environ), output=output, links="files", trusted=trusted) as build:
        looked = _look(build, log_format)
    _tell(looked.outcome, looked.text(), log_format)
    for route in looked.routes:
        say(f"open {output / routes.file_of(route)}", err=True)
    if looked.outcome.worst >= (Severity.WARNING if strict else Severity.ERROR):
        raise click.exceptions.Exit(EXIT_PROBLEMS)


@docs_group.command("serve")
@_path_argument
@_port_option
@click.option("--open", "open_browser", is_flag=True, help="Open the browser.")
@_trusted_option
@click.pass_obj
def docs_serve(log_format: str, path: Path, port: int, open_browser: bool, trusted: bool) -> None:
    """Serve the documentation of the folder PATH on this machine, and build and reload it when a file changes."""
    state = preview.state_of(path, os.environ)
    folder = state / "site"
    manuals: tuple[str, ...] = ()

    def tell(line: str) -> None:
        say(line, err=True)

    def rebuild() -> bool:
        nonlocal manuals
        try:
            looked = _look(build, log_format)
        except CallboardError as error:
            if not manuals:  # of the first build
                raise
            tell(f"error: {error}")
            return False
        _tell(looked.outcome, looked.line(), log_format)
        manuals = looked.routes
        return looked.outcome.is_new

    def serving(address: str) -> None:
        for route in manuals:
            tell(f"serving {path} at {address}{route}")
        tell("Ctrl-C stops")
        if open_browser:
            webbrowser.open(f"{address}{manuals[0]}")

    with _previewer(path, state=state, output=folder, links="folders", trusted=trusted, warm=True) as build:
        serve.serve(folder, port=port, watched=(path,), rebuild=rebuild, say=tell, serving=serving)


@contextmanager
def _previewer(
    path: Path, *, state: Path, output: Path, links: str, trusted: bool, warm: bool = False
) -> Iterator[Callable[[Display], preview.Looked]]:
    """What builds the documentation of *path* again and again."""
    place = preview.find(path, state, os.environ)
    with preview.builder(
        place, output=output, state=state, jobs=_cores(), links=links, trusted=trusted, environ=os.environ, warm=warm
    ) as build:
        yield build


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--format", "output_format", type=click.Choice(sorted(checking.FORMATS)), default="text", show_default=True)
@click.option("--all", "everything", is_flag=True, help="Check every YAML document with an apiVersion of the catalog.")
@click.option("--base-url", default="", help="The address that the first path has at its host; by default git tells it.")
@click.option("--config", "config_file", type=click.Path(exists=True, path_type=Path), help="Take descriptors' names and custom kinds from here.")
def check(paths: Sequence[Path], output_format: str, everything: bool, base_url: str, config_file: Path | None) -> None:
    """Validate descriptors, templates and definitions of APIs, as in a pull request. Exits with 1 if there is an error."""
    config = _load(config_file).catalog if config_file else CatalogConfig()
    reports = checking.check(paths, all=everything, config=config, base_url=base_url, judge=apis.judge)
    click.echo(checking.FORMATS[output_format](reports), nl=False)
    if any(problem.severity is Severity.ERROR for report in reports for problem in report.problems):
        raise click.exceptions.Exit(EXIT_PROBLEMS)


@cli.command()
@click.argument("ref")
@_config_option
@_state_option
@click.pass_obj
def explain(log_format: str, ref: str, config_file: Path, state: Path | None) -> None:
    """Tell why the entity REF looks as it does: sources, Locations, relations, problems."""
    config = _load(config_file)
    display = open_display(sys.stderr, log_format=log_format, environ=os.environ)
    try:
        catalog, crawl, report = building.read_catalog(
            config, state=state or config.folder / config.state, jobs=_cores(), environ=os.environ, display=display
        )
    finally:
        display.close()
    try:
        say(explaining.explain(ref, catalog, crawl, tuple(report), config.catalog))
    except LookupError as error:
        raise click.UsageError(str(error.args[0])) from error


@cli.command("init")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
def init_command(folder: Path) -> None:
    """Write a commented site_config.yml and the nightly workflow into FOLDER; what is there is left alone."""
    for line in init.init(folder):
        say(line, err=True)


@contextmanager
def _outcome_of_errors() -> Iterator[None]:
    """Turn what a command raises into a message and an exit code."""
    try:
        yield
    except (KeyboardInterrupt, click.Abort):
        say("interrupted; what was published is as it was", err=True)
        sys.exit(EXIT_INTERRUPTED)
    except GuardError as error:
        say(f"refused: {error}", err=True)
        sys.exit(EXIT_GUARD)
    except CallboardError as error:
        say(f"error: {error}", err=True)
        sys.exit(EXIT_USAGE)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_USAGE)
    except BrokenPipeError:
        # Whoever read our output has gone: that is their choice, not a failure to report.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        say(_without_secrets(f"bug: {type(error).__name__}: {error}"), err=True)
        say(f"  a report is in {_write_bug_report(error)}; please send it to the maintainers", err=True)
        sys.exit(EXIT_BUG)


def _without_secrets(text: str) -> str:
    """*text* without the values of variables that look like secrets."""
    for name, value in os.environ.items():
        if len(value) > 3 and any(word in name.upper() for word in ("TOKEN", "SECRET", "PASSWORD", "KEY")):
            text = text.replace(value, "***")
    return text


def _write_bug_report(error: Exception) -> Path:
    """Write what a maintainer needs into the current folder, values of secret-looking variables taken out."""
    text = _without_secrets("".join(traceback.format_exception(error)))
    head = f"callboard {__version__}, Python {platform.python_version()}, {platform.platform()}\n\n"
    path = Path(f"callboard-bug-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}.txt")
    path.write_text(head + text, "utf-8")
    return path


def main(arguments: Sequence[str] | None = None) -> Any:
    """Run the program. Exit codes: 0 done, 1 problems, 2 usage or configuration, 3 a bug, 4 refused, 130 interrupted."""
    with _outcome_of_errors():
        code = cli.main(args=list(arguments) if arguments is not None else None, prog_name="callboard", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
