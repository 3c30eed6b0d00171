"""The table of advisories in docs/security.md: each row is held by tests that attack, which are named here."""

import importlib
import re

import pytest

from conftest import ROOT

HELD_BY = {
    "CVE-2021-32660": ["test_docs_hostile.test_pages_of_html_and_code_are_not_published"],
    "CVE-2021-32661": ["test_docs_hostile.test_html_that_runs_or_reaches_out_is_taken_out", "test_sanitize.test_nothing_that_runs_frames_or_submits_is_left"],
    "CVE-2021-32662": ["test_docs_hostile.test_a_docs_dir_outside_the_repository_is_refused"],
    "GHSA-4jqc-jvh2-pxg9": ["test_portal_attacked.test_whoever_makes_a_file_it_lands_in_the_site"],
    "CVE-2023-25571": ["test_pages.test_links_that_could_run_code_are_left_out_and_told", "test_docs_hostile.test_links_built_from_settings_run_no_code"],
    "CVE-2024-26150": ["test_sources_links.test_a_link_that_leads_out_or_nowhere_is_not_there"],
    "CVE-2026-24047": ["test_sources_links.test_a_chain_of_links_is_followed_to_its_end", "test_sources_links.test_a_link_through_a_folder_that_leads_out_leads_out"],
    "CVE-2026-25152": ["test_docs_hostile.test_links_out_of_the_repository_are_not_followed", "test_sources_folder.test_links_that_lead_out_are_reported_and_not_followed"],
    "CVE-2024-45815": ["test_yamlsource.test_keys_of_the_prototype_are_plain_keys", "test_pages.test_names_that_javascript_keeps_for_itself_are_names"],
    "CVE-2024-45816": ["test_docs_prebuilt.test_names_that_climb_stay_in_the_manual"],
    "CVE-2024-46976": ["test_docs_prebuilt.test_a_page_that_attacks_is_published_without_the_attack", "test_hostile_manuals.test_no_random_manual_runs_reaches_out_or_meets_the_policy"],
    "CVE-2024-53983": ["test_sources_git.test_filters_hooks_submodules_and_links_of_a_repository_do_nothing"],
    "CVE-2026-24048": ["test_sources_git.test_a_redirect_to_another_host_does_not_get_the_token"],
    "CVE-2026-25153": ["test_docs_hostile.test_hooks_are_not_run"],
    "CVE-2026-29185": ["test_catalog_locations.test_no_spelling_of_two_dots_leaves_the_repository"],
    "CVE-2026-29186": ["test_docs_hostile.test_inherited_settings_are_not_read"],
    "CVE-2026-106493": ["test_publish_folder.test_repository_content_yields_where_a_path_is_taken"],
    "CVE-2026-106494": ["test_docs_hostile.test_files_of_the_site_itself_are_not_overwritten"],
    "CVE-2026-106496": ["test_catalog_locations.test_a_location_in_a_repository_reads_no_files_of_the_machine"],
    "CVE-2026-106498": ["test_catalog_placeholders.test_nothing_outside_of_the_repository_is_a_target"],
    "CVE-2026-106505": ["test_docs_hostile.test_both_names_of_the_configuration_mean_one_choice"],
    "CVE-2026-106507": ["test_docs_hostile.test_links_out_of_the_repository_are_not_followed"],
    "CVE-2026-106508": ["test_docs_prebuilt.test_links_out_of_the_mirror_are_not_followed", "test_sources_folder.test_an_exported_file_is_plain_and_never_written_through_a_link", "test_publish_folder.test_a_symbolic_link_is_not_replaced"],
    "CVE-2026-106509": ["test_docs_hostile.test_a_theme_of_the_repository_is_not_rendered"],
    "CVE-2026-106510": ["test_docs_hostile.test_a_markdown_extension_of_the_repository_is_not_imported"],
    "CVE-2026-106556": ["test_docs_hostile.test_diagrams_start_no_program_and_read_no_file"],
    "CVE-2026-106557": ["test_docs_hostile.test_snippets_are_taken_from_inside_the_repository_only"],
    "CVE-2026-106558": ["test_docs_gate.test_options_are_looked_up_in_either_form", "test_docs_hostile.test_a_markdown_extension_of_the_repository_is_not_imported"],
    "CVE-2023-32309": ["test_docs_hostile.test_snippets_are_taken_from_inside_the_repository_only"],
    "CVE-2026-46338": ["test_docs_hostile.test_a_folder_whose_name_begins_like_the_repository_s_is_outside"],
}  # fmt: skip


def test_every_advisory_of_the_table_is_held_by_tests_and_no_other_is():
    rows = [line for line in (ROOT / "docs/security.md").read_text("utf-8").splitlines() if re.match(r"\| (?:CVE|GHSA)-", line)]

    assert sorted(name for row in rows for name in re.findall(r"CVE-\d+-\d+|GHSA(?:-\w{4}){3}", row)) == sorted(HELD_BY)


@pytest.mark.parametrize("test", sorted({test for tests in HELD_BY.values() for test in tests}))
def test_a_test_that_holds_an_advisory_is_there(test):
    module, _, name = test.partition(".")

    assert callable(getattr(importlib.import_module(module), name))
