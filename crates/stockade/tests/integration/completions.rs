//! What shells complete, asked of the shells themselves, and the manual pages.

use crate::command_line::template;
use crate::run::stockade;
use camino::Utf8Path;
use std::process::Command;

fn output(folder: &Utf8Path, arguments: &[&str]) -> String {
    let output = stockade(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a shell prints for a script, or `None` after saying aloud that it is not installed.
fn shell(name: &str, folder: &Utf8Path, script: &str) -> Option<String> {
    let completions = folder.join(format!("completions.{name}"));
    std::fs::write(completions, output(folder, &["completions", name])).unwrap();
    let Ok(output) = Command::new(name).arg("-c").arg(script).current_dir(folder).output() else {
        println!("SKIPPED: {name} is not installed");
        return None;
    };
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn bash_completes_commands_options_values_and_controls() {
    let (_guard, folder) = template();
    for (words, expected) in [
        ("stockade com", "completions"),
        ("stockade check --pro", "--profile"),
        ("stockade check --profile re", "regulated"),
        ("stockade explain EP-0", "EP-01 EP-02 EP-03 EP-04 EP-05 EP-06 EP-07 EP-08 EP-09"),
    ] {
        let (before, word) = words.rsplit_once(' ').unwrap();
        let previous = before.rsplit(' ').next().unwrap();
        let count = words.split(' ').count() - 1;
        let script = format!(
            "source completions.bash; COMP_WORDS=({words}); COMP_CWORD={count}; \
             _stockade stockade '{word}' '{previous}'; echo \"${{COMPREPLY[@]}}\""
        );
        if let Some(printed) = shell("bash", &folder, &script) {
            assert_eq!(printed.trim_end(), expected, "{words}");
        }
    }
}

#[test]
fn fish_completes_with_the_help_of_each() {
    let (_guard, folder) = template();
    let script =
        "source completions.fish; complete -C 'stockade check --profile m'; complete -C 'stockade ex'";
    if let Some(printed) = shell("fish", &folder, script) {
        let expand = "expand\tPrint the CloudFormation that AWS would really deploy";
        assert_eq!(printed, format!("minimum\n{expand}\nexplain\tPrint the page of a control\n"));
    }
}

#[test]
fn zsh_takes_the_script() {
    let (_guard, folder) = template();
    let script =
        "autoload -U compinit && compinit -u -D && source completions.zsh && echo ${_comps[stockade]}";
    if let Some(printed) = shell("zsh", &folder, script) {
        assert_eq!(printed, "_stockade\n");
    }
}

#[test]
fn every_shell_has_every_command_and_no_hidden_one() {
    let (_guard, folder) = template();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = output(&folder, &["completions", shell]);
        for command in ["check", "init", "waive", "baseline", "expand", "explain", "controls", "completions"]
        {
            assert!(script.contains(command), "{shell} lacks {command}");
        }
        assert!(!script.contains("manual pages"), "{shell} shows what is hidden");
    }
}

#[test]
fn manual_pages_have_what_the_help_has() {
    let (_guard, folder) = template();
    output(&folder, &["man", "pages"]);
    let page = |name: &str| std::fs::read_to_string(folder.join("pages").join(name)).unwrap();
    let tool = page("stockade.1");
    assert!(!folder.join("pages/stockade-man.1").exists() && !tool.contains("stockade\\-man"));
    for command in ["check", "init", "waive", "baseline", "expand", "explain", "controls", "completions"] {
        assert!(tool.contains(&format!("stockade\\-{command}(1)")), "{tool}");
        let (page, help) = (page(&format!("stockade-{command}.1")), output(&folder, &[command, "--help"]));
        assert!(page.contains(&format!(".TH stockade-{command} 1")), "{page}");
        let options: Vec<&str> =
            help.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 2).collect();
        assert!(!options.is_empty());
        for option in options {
            let option = option.trim_end_matches([';', ',', '.', ')', ']']).replace('-', "\\-");
            assert!(page.contains(&option), "{command} lacks {option}");
        }
    }
    assert!(page("stockade-baseline-update.1").contains("FINGERPRINT"));
}
