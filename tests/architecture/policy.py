"""Which permission each route needs, written a second time.

The sweeps believe the mark on a view; a mark that is weaker than it was fails here.
"""

from collections.abc import Mapping
from typing import Final

from members.permissions import Permission

POLICY: Final[Mapping[Permission, str]] = {
    Permission.HOME_VIEW: """
        handover_detail home member_view_stop paper_detail paper_errand paper_hand paper_unhand search
    """,
    Permission.COALITION_EDIT: """
        coalition_close coalition_delete coalition_edit coalition_ending
        coalition_keep coalition_reopen example_load setup setup_coalition
    """,
    Permission.DASHBOARD_VIEW: """
        member_view_start
    """,
    Permission.PARTNERS_VIEW: """
        agreement_detail agreement_list logo_image offer_list partner_detail
        partner_list
    """,
    Permission.PARTNERS_EDIT: """
        alias_create alias_delete alias_restore partner_archive partner_bulk
        partner_bulk_undo partner_create partner_leave partner_leave_undo
        partner_status partner_unarchive
        apart_undo merge_undo partner_apart partner_duplicates partner_merge
    """,
    Permission.PARTNERS_EDIT_OWN: """
        logo_consent logo_delete logo_edit logo_restore
        offer_create offer_delete offer_edit offer_restore partner_edit
        partner_listing
    """,
    Permission.AGREEMENTS_ACCEPT: """
        agreement_accept
    """,
    Permission.AGREEMENTS_EDIT: """
        acceptance_create acceptance_delete acceptance_restore agreement_create
        agreement_delete agreement_edit agreement_publish agreement_restore
    """,
    Permission.PEOPLE_VIEW: """
        access_list person_detail person_list person_options_panel
        group_detail group_list
    """,
    Permission.GROUPS_JOIN: """
        group_edit group_join place_create place_end place_lead place_resume
        place_unlead
    """,
    Permission.GROUPS_EDIT: """
        group_close group_create group_reopen
    """,
    Permission.PEOPLE_CONTACT: """
        returned_list
    """,
    Permission.PEOPLE_EDIT: """
        address_ask paper_reader_edit
        access_edit affiliation_create affiliation_edit affiliation_end
        affiliation_resume handover_create handover_withdraw invitation_bulk
        invitation_create invitation_list invitation_resend invitation_restore
        invitation_revoke person_create person_edit person_invite person_leave
        person_return person_bulk person_bulk_undo
        person_apart person_duplicates person_merge
    """,
    Permission.LISTS_IMPORT: """
        import_apply import_columns import_detail import_discard import_list
        import_twins import_undo partner_import person_import setup_partners
        task_import
    """,
    Permission.LISTS_EXPORT: """
        raci_export
        everything_export partner_export person_export task_export transfer
    """,
    Permission.GOALS_VIEW: """
        comment_counts_for_goal_panel comment_list_for_goal
        comment_list_for_milestone goal_detail goal_list
    """,
    Permission.GOALS_EDIT: """
        goal_close goal_create goal_edit goal_reopen milestone_create
        milestone_delete milestone_edit milestone_reach milestone_restore
        milestone_unreach reading_create reading_delete reading_edit
        reading_restore
    """,
    Permission.TASKS_VIEW: """
        raci_matrix ask_detail ask_list hurdle_detail hurdle_list hurdle_list_for_partner_panel
        role_detail role_list consultation_detail
        comment_detail comment_list_for_task saved_view_create saved_view_delete
        saved_view_restore task_board task_calendar task_detail task_list
        task_list_by_partner task_list_by_person task_list_for_goal_panel
        task_timeline waiting_for_goal_panel
    """,
    Permission.TASKS_ANSWER: """
        assignment_accept assignment_decline assignment_hand_over assignment_name
        task_complete task_reopen
        consultation_create consultation_restore consultation_withdraw
        item_create item_delete item_move item_restore item_tick item_untick
        link_create link_delete link_restore term_notes
    """,
    Permission.TASKS_EDIT: """
        hurdle_task raci_cell
        assignment_create assignment_restore assignment_withdraw
        dependency_create dependency_delete dependency_restore task_bulk
        task_bulk_undo task_create task_move
        task_delete task_edit task_quick task_quick_panel task_restore
        task_template
        role_close role_create role_edit role_reopen term_create term_delete
        term_end term_hand_over term_restore term_resume
    """,
    Permission.CHECKINS_ANSWER: """
        check_in_detail check_in_list_mine proposal_list
        ask_close ask_decline ask_help ask_reopen hurdle_lower hurdle_raise hurdle_reopen hurdle_solve
    """,
    Permission.CHECKINS_VIEW: """
        check_in_round_detail check_in_round_report confidence_for_goal_panel
        check_in_schedule_detail check_in_schedule_list
        hurdle_answer
    """,
    Permission.CHECKINS_EDIT: """
        check_in_enter check_in_list_for_person reach_out_list
        reach_out_for_partner_panel reach_out_for_person_panel win_decide win_list
        check_in_pause_create check_in_pause_delete check_in_pause_restore
        check_in_schedule_create check_in_schedule_edit check_in_schedule_resume
        check_in_schedule_stop ask_pass_on hurdle_place
        reply_detail reply_list
    """,
    Permission.COMMENTS_WRITE: """
        comment_create_for_goal comment_create_for_milestone
        comment_create_for_task comment_delete comment_edit comment_history
        comment_restore mention_options_panel
    """,
    Permission.FEEDBACK_WRITE: """
        feedback_create feedback_detail feedback_list feedback_second
        feedback_take_back feedback_unsecond
    """,
    Permission.FEEDBACK_ANSWER: """
        feedback_acknowledge feedback_assign feedback_close feedback_reopen
        feedback_write
    """,
    Permission.FEEDBACK_COUNT: """
        feedback_counts
    """,
    Permission.UPDATES_READ: """
        archive_detail archive_list
    """,
    Permission.UPDATES_VIEW: """
        update_check update_detail update_list update_preview update_preview_body
        mail_gallery mail_gallery_body
        paper_list paper_print update_progress_panel
    """,
    Permission.UPDATES_SEND: """
        setup_rhythm
        announcement_create announcement_edit
        announcement_unwait announcement_wait
        archive_withdraw delivery_drop delivery_retry mail_resume mail_stop
        schedule_edit schedule_pause
        schedule_resume update_approve update_ask update_cancel update_compose update_edit
        update_held_drop update_held_retry update_item_move update_item_pin
        update_item_restore update_item_reword update_item_toggle update_pause
        update_recall update_refresh update_release update_resume
        quote_remove quote_take update_quote_create
        update_section_create update_section_edit update_section_open
        update_section_remove update_stop
        update_test
    """,
    Permission.MAIL_CHOOSE: """
        address_confirm
        check_in_mail_choose comment_mail_choose mail_preferences
    """,
    Permission.PROFILE_EDIT: """
        calendar_end calendar_renew profile_edit
    """,
}
