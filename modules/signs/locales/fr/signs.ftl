signs-title = Constantes
signs-tab = Constantes
signs-save = Enregistrer pour { $name }
signs-check = Vérifier sans enregistrer
signs-keys = Entrée : champ suivant · Ctrl-Entrée : enregistrer
signs-taken = Mesuré à
signs-reason = Motif
signs-required = obligatoire
signs-back = Revenir sans corriger
signs-draft-back = Saisie non enregistrée de { $time }, reprise ici.
signs-draft-keep = Garder en brouillon
signs-draft-kept = Brouillon gardé à %
signs-draft-lost = Brouillon non gardé : pas de réseau
signs-wrong = À corriger avant d’enregistrer. Rien n’est perdu.
signs-wrong-number = Ce n’est pas un nombre.
signs-wrong-pair = Deux nombres sont attendus, comme 120/80.
signs-wrong-order = La systolique est supérieure à la diastolique.
signs-wrong-choice = Ce choix n’existe pas.
signs-wrong-decimals = { $n ->
    [0] Sans décimale.
    [one] Une décimale au plus.
   *[other] { $n } décimales au plus.
}
signs-wrong-impossible = Impossible : de { $low } à { $high } { $unit }.
signs-wrong-future = L’heure de la mesure est dans le futur.
signs-wrong-time = L’heure de la mesure n’est pas lisible.
signs-wrong-birth = La mesure est antérieure à la naissance.
signs-wrong-empty = Aucune valeur n’est saisie.
signs-wrong-reason = Un motif est nécessaire, de 200 lettres au plus.
signs-strange = { $value } est inhabituel (attendu { $low } à { $high } { $unit }).
signs-strange-all = Une valeur est inhabituelle. Si elle est exacte, confirmez-la, puis enregistrez.
signs-confirm = La valeur est exacte
signs-lacking = Non calculé. Il manque :
signs-beyond = { $name } (hors limites)
signs-bar-age-unknown = Non calculé : l’âge n’est pas connu.
signs-bar-young = { $n ->
    [one] Non applicable avant { $n } an.
   *[other] Non applicable avant { $n } ans.
}
signs-bar-old = { $n ->
    [one] Non applicable après { $n } an.
   *[other] Non applicable après { $n } ans.
}
signs-bar-pregnant = Non applicable pendant la grossesse.
signs-not-pregnant = Ne vaut pas pendant la grossesse, qui n’est pas renseignée.
signs-level-none = Aucun point
signs-level-low = Faible
signs-level-low-medium = Un paramètre à 3
signs-level-medium = Moyen
signs-level-high = Élevé
signs-last = Dernières mesures
signs-none = Aucune mesure. La première saisie apparaîtra ici.
signs-sign = Mesure
signs-by = Saisi par
signs-late = saisi { $at }
signs-correct = Corriger ou barrer
signs-correct-title = Corriger les mesures du { $when }
signs-corrected = Corrigé : { $reason }
signs-struck-by = Barré : { $reason } ({ $by }, { $at })
signs-in-error = Saisi par erreur
signs-strike-title = Barrer sans remplacer
signs-strike-hint = La série reste visible, barrée, avec le motif. Elle ne compte plus dans le score ni dans les courbes.
signs-strike-of = Barrer ces mesures de { $name }
signs-older = Plus anciennes
signs-newest = Les plus récentes
signs-target-title = Cible de SpO₂
signs-target-on = Cible 88–92 % fixée par un médecin : échelle 2
signs-target-off = échelle 1
signs-target-flag = Cible SpO₂ 88–92 % (échelle 2 du NEWS2)
signs-target-hint = L’échelle 2 est réservée aux patients dont la cible de saturation est de 88 à 92 %.
signs-target-set = Fixer la cible 88–92 % pour { $name }
signs-target-clear = Lever la cible 88–92 % pour { $name }
signs-wards = Services
signs-no-wards = Aucun service avec des lits n’est enregistré.
signs-choose-ward = Choisissez un service.
signs-ward-none = Aucun patient de votre prise en charge n’est dans ce service.
signs-ward-all = { $n ->
    [one] { $n } patient
   *[other] { $n } patients
}
signs-ward-late = { $n ->
    [one] { $n } en retard
   *[other] { $n } en retard
}
signs-place = Lit
signs-patient = Patient
signs-due = Prochaine mesure
signs-last-set = Dernière série
signs-late-mark = En retard
signs-due-never = aucune mesure depuis 24 h
signs-due-always = surveillance continue
signs-due-unsaid = score incomplet
signs-due-at = { $time } ({ $ago })
signs-page-before = Page précédente
signs-page-after = Page suivante
signs-scores = Scores
signs-scores-active = Scores utilisables
signs-scores-inactive = Scores à confirmer par l’établissement
signs-scores-inactive-hint = Ces scores ne sont pas calculés tant qu’une personne de l’établissement ne les a pas confirmés.
signs-score-unconfirmed = Ce score n’est confirmé par personne dans l’établissement : il est montré, et n’est pas calculé.
signs-score-source = Source
signs-score-licence = Conditions
signs-score-open = Le score n’est pas complet : il n’est pas enregistré.
signs-score-back = Tous les scores
signs-known = repris de { $at }
signs-score-lacks = à compléter
signs-growth = Croissance
signs-growth-none = Ni poids ni taille avant cinq ans. Ils apparaîtront ici dès leur saisie.
signs-growth-no-sex = Les courbes de croissance demandent le sexe, qui n’est pas connu.
signs-growth-no-birth = Les courbes de croissance demandent la date de naissance au jour près.
signs-growth-z = Écart à la médiane
signs-growth-standard = Courbe
signs-growth-value = Valeur
signs-growth-when = Mesuré le
signs-growth-by-months = Âge en mois
signs-growth-by-height = Taille en cm
signs-growth-source = Normes OMS de croissance de l’enfant, de la naissance à cinq ans (2006, 2007). Courbes à 0, ±2 et ±3 écarts-types.
signs-print = Imprimer
signs-standard-weight-for-age = Poids selon l’âge
signs-standard-height-for-age = Taille selon l’âge
signs-standard-bmi-for-age = IMC selon l’âge
signs-standard-head-for-age = Périmètre crânien selon l’âge
signs-standard-weight-for-length = Poids selon la taille couchée
signs-standard-weight-for-height = Poids selon la taille debout
signs-z-below-3 = en dessous de −3
signs-z-below-2 = entre −3 et −2
signs-z-within = entre −2 et +2
signs-z-above-2 = entre +2 et +3
signs-z-above-3 = au-dessus de +3
signs-z-improbable = improbable : à vérifier
signs-balance = Bilan hydrique
signs-balance-day = Bilan du { $day }, de { $from } à { $from }
signs-balance-new = Ajouter une entrée ou une sortie
signs-balance-kind = Nature
signs-balance-in = Entrées
signs-balance-out = Sorties
signs-balance-volume = Volume
signs-balance-hour = Heure
signs-balance-total = Total du jour
signs-balance-net = Bilan
signs-balance-none = Rien n’est noté pour ce jour.
signs-balance-entries = Notés
signs-balance-before = Jour précédent
signs-balance-after = Jour suivant
signs-balance-cut = La liste est trop longue pour un total : aucun total n’est donné.
signs-balance-wrong-kind = Choisissez la nature.
signs-balance-wrong-volume = Un volume entier de 1 à { $most } mL est attendu.
signs-balance-strike = Barrer
